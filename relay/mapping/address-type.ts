/** OneSignal's own names: https://documentation.onesignal.com/docs/en/subscriptions */
export const ADDRESS_TYPES = ['Email', 'SMS'] as const;
export type AddressType = (typeof ADDRESS_TYPES)[number];

/** What a person calls it. */
export const ADDRESS_WORD: Readonly<Record<AddressType, string>> = { Email: 'email', SMS: 'phone' };
