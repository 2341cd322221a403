/**
 * What OneSignal's API description (11.6) allows in a request body, and the rules that its pages add. Anything else is
 * refused: an unknown field is more likely a slip of ours than something OneSignal would use.
 */
import { z } from 'zod';
import { aliasProblem, externalIdProblem, tagKeyProblem } from './naming-rules.ts';

/** https://documentation.onesignal.com/reference/rate-limits */
const MAX_PROPERTY_UPDATES = 100;

/** Strings only: https://documentation.onesignal.com/docs/en/add-user-data-tags */
const tags = z.record(z.string(), z.string('Tag values must be strings')).superRefine((value, context) => {
  for (const key of Object.keys(value)) {
    const problem = tagKeyProblem(key);
    if (problem) context.addIssue({ code: 'custom', message: problem, path: [key] });
  }
});

const wholeNumber = z.int32();

/** `ip` is missing on purpose: OneSignal only ever answers it. */
const properties = z.strictObject({
  tags: tags.optional(),
  language: z
    .string()
    .regex(/^[a-z]{2}(-[A-Za-z]{2,4})?$/)
    .optional(),
  timezone_id: z.string().min(1).optional(),
  lat: z.number().optional(),
  long: z.number().optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  first_active: wholeNumber.optional(),
  last_active: wholeNumber.optional(),
  test_user_name: z.string().optional(),
});

const purchase = z.strictObject({
  sku: z.string().optional(),
  iso: z.string().optional(),
  amount: z.string().optional(),
  count: z.int().optional(),
});

const deltas = z.strictObject({
  session_time: wholeNumber.optional(),
  session_count: wholeNumber.optional(),
  purchases: z.array(purchase).optional(),
});

/** A label may be anything but `onesignal_id`, which OneSignal gives. */
const identity = z
  .record(z.string(), z.string('Alias values must be strings'))
  .refine((value) => Object.keys(value).length > 0, 'identity is empty')
  .superRefine((value, context) => {
    for (const [label, id] of Object.entries(value)) {
      const problem = label === 'external_id' ? externalIdProblem(id) : aliasProblem(label, id);
      if (problem) context.addIssue({ code: 'custom', message: problem, path: [label] });
    }
  });

const SENDABLE_TYPES = [
  'Email',
  'SMS',
  'iOSPush',
  'AndroidPush',
  'HuaweiPush',
  'FireOSPush',
  'WindowsPush',
  'macOSPush',
];

/** Web push is in the description's list, but can't be created by REST: its page says so. */
const subscriptionType = z
  .string()
  .refine((type) => SENDABLE_TYPES.includes(type), 'type is not one that can be created by REST');

const subscriptionDetails = {
  enabled: z.boolean().optional(),
  notification_types: wholeNumber.optional(),
  session_time: wholeNumber.optional(),
  session_count: wholeNumber.optional(),
  app_version: z.string().optional(),
  device_model: z.string().optional(),
  device_os: z.string().optional(),
  test_type: wholeNumber.optional(),
  sdk: z.string().optional(),
  web_auth: z.string().optional(),
  web_p256: z.string().optional(),
};

const E164 = /^\+[1-9]\d{6,14}$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** The token must suit the type: E.164 for SMS (https://documentation.onesignal.com/reference/create-subscription). */
export function tokenProblem(type: string, token: string): string | undefined {
  if (type === 'Email' && !EMAIL.test(token)) return 'token is not an e-mail address';
  if (type === 'SMS' && !E164.test(token)) return 'token is not a phone number in E.164 format';
  return token === '' ? 'token is empty' : undefined;
}

const subscription = z
  .strictObject({ type: subscriptionType, token: z.string(), ...subscriptionDetails })
  .superRefine((value, context) => {
    const problem = tokenProblem(value.type, value.token);
    if (problem) context.addIssue({ code: 'custom', message: problem, path: ['token'] });
  });

export type SubscriptionInput = z.infer<typeof subscription>;
export type PropertiesInput = z.infer<typeof properties>;

const updates = (value: PropertiesInput | undefined) =>
  value === undefined
    ? 0
    : Object.keys(value.tags ?? {}).length + Object.keys(value).filter((key) => key !== 'tags').length;

const TOO_MANY = `more than ${MAX_PROPERTY_UPDATES} property updates in one request`;

/** https://documentation.onesignal.com/reference/create-user ; the description: "the external_id must be used". */
export const createUserBody = z
  .strictObject({
    identity: identity.optional(),
    properties: properties.optional(),
    subscriptions: z.array(subscription).optional(),
  })
  .refine(
    (body) => body.identity !== undefined || (body.subscriptions?.length ?? 0) > 0,
    'no alias and no subscription',
  )
  .refine((body) => body.identity === undefined || body.identity.external_id !== undefined, 'external_id is missing')
  .refine((body) => updates(body.properties) <= MAX_PROPERTY_UPDATES, TOO_MANY);

/** https://documentation.onesignal.com/reference/update-user : properties only, no identity, no subscriptions. */
export const updateUserBody = z
  .strictObject({
    properties: properties.optional(),
    deltas: deltas.optional(),
    refresh_device_metadata: z.boolean().optional(),
  })
  .refine((body) => body.properties !== undefined || body.deltas !== undefined, 'neither properties nor deltas')
  .refine((body) => updates(body.properties) <= MAX_PROPERTY_UPDATES, TOO_MANY);

/** https://documentation.onesignal.com/reference/create-alias */
export const updateIdentityBody = z.strictObject({ identity });

/** https://documentation.onesignal.com/reference/create-subscription */
export const createSubscriptionBody = z.strictObject({ subscription });

/** By id; the description wants type and token when it lists them, the page allows a part. */
export const updateSubscriptionBody = z.strictObject({
  subscription: z.strictObject({
    type: z.string().optional(),
    token: z.string().optional(),
    ...subscriptionDetails,
  }),
});

export const updateByTokenBody = z.strictObject({ subscription: z.strictObject(subscriptionDetails) });

/** Exactly one alias: https://documentation.onesignal.com/reference/transfer-subscription */
export const transferBody = z.strictObject({
  identity: z
    .record(z.string(), z.string())
    .refine((value) => Object.keys(value).length === 1, 'identity must hold exactly one alias'),
});
