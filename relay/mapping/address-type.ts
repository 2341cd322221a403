/** OneSignal's own names: https://documentation.onesignal.com/docs/en/subscriptions */
export const ADDRESS_TYPES = ['Email', 'SMS'] as const;
export type AddressType = (typeof ADDRESS_TYPES)[number];
