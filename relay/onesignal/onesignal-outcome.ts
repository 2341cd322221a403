/** The requests that the relay makes of OneSignal. The names are metric labels: keep them stable. */
export type OneSignalCall =
  | 'create_user'
  | 'update_tags'
  | 'update_identity'
  | 'delete_alias'
  | 'delete_user'
  | 'custom_events'
  | 'create_message'
  | 'create_subscription'
  | 'update_subscription'
  | 'transfer_subscription'
  | 'delete_subscription'
  | 'view_user'
  | 'probe';

/** One way to name a user: a label (`external_id`, `onesignal_id` or a custom one) and the user's id under it. */
export type OneSignalAlias = { readonly label: string; readonly id: string };

/** What OneSignal holds for a user. Personal data: never log it. */
export type OneSignalUser = {
  readonly identity: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly subscriptions: readonly OneSignalSubscription[];
};

/** An email address, or a phone number in E.164 form. Personal data: never log it. */
export type Address = { readonly type: 'Email' | 'SMS'; readonly token: string };

/** An address of a user. `token` is the email or the phone number: never log it. */
export type OneSignalSubscription = {
  readonly id: string;
  readonly type: string;
  readonly token: string;
  readonly enabled: boolean;
  readonly notificationTypes: number | undefined;
};

/** A message of a template to one user. Personal data: never log it. */
export type Message = {
  readonly externalId: string;
  readonly templateId: string;
  readonly channel: 'push' | 'email' | 'sms';
  /** A UUID: the same message is sent once within 30 days. */
  readonly key: string;
  /** For the template; up to 2 KB. */
  readonly customData: Readonly<Record<string, string>>;
};

/** Something that happened to a user, for OneSignal's Journeys. Personal data: never log it. */
export type CustomEvent = {
  readonly name: string;
  readonly external_id: string;
  /** ISO 8601. */
  readonly timestamp: string;
  /** A UUID: the same event is taken once within four hours, best effort. */
  readonly idempotency_key: string;
  readonly properties: Readonly<Record<string, string>>;
};

/**
 * Which requests a 429 is about: all of the app's, only those for this user, only the views of users, or only
 * messages, which have limits of their own, as custom events do.
 */
export type RateLimitScope = 'app' | 'user' | 'views' | 'messages' | 'events';

/**
 * What became of one HTTP answer. Nothing in it quotes the answer's text, which may hold tag values or emails;
 * the one exception is `conflictingAliases`, whose ids may be personal: use them, never log them.
 *
 * `codes` are OneSignal's stable error codes, or the relay's own in snake_case where the answer carries none that
 * helps: `unreadable_reply` (a page or a body over a megabyte), `unexpected_redirect`, `app_not_found`, and
 * `alias_not_allowed` with status 0 (the alias can't stand in a path, so OneSignal was not asked).
 */
export type OneSignalReply =
  | { readonly kind: 'created'; readonly status: number; readonly oneSignalId: string | undefined }
  /** The create call met a user that already has one of the aliases; whether it took the tags is not documented. */
  | { readonly kind: 'existing'; readonly status: number; readonly oneSignalId: string | undefined }
  | { readonly kind: 'accepted'; readonly status: number; readonly oneSignalId: string | undefined }
  | { readonly kind: 'viewed'; readonly status: number; readonly user: OneSignalUser }
  | {
      readonly kind: 'events_taken';
      readonly status: number;
      /** Events that were refused while the others were taken: the user that each is about, and OneSignal's code. */
      readonly refused: readonly { readonly externalId: string; readonly code: string }[];
    }
  | { readonly kind: 'message_sent'; readonly status: number }
  /** OneSignal found nobody to send it to: the user has no subscription on the channel, or none that is on. */
  | { readonly kind: 'message_not_sent'; readonly status: number }
  | { readonly kind: 'not_found'; readonly status: number }
  | {
      readonly kind: 'alias_claimed';
      readonly status: number;
      /** The aliases that belong to another user, by label. Empty if the answer did not say which. */
      readonly conflictingAliases: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'tag_limit'; readonly status: number }
  | { readonly kind: 'conflict_other'; readonly status: number; readonly codes: readonly string[] }
  | {
      readonly kind: 'rate_limited';
      readonly status: number;
      readonly retryAfterMs: number;
      readonly scope: RateLimitScope;
    }
  | { readonly kind: 'unauthorized'; readonly status: number }
  | { readonly kind: 'forbidden'; readonly status: number; readonly codes: readonly string[] }
  | { readonly kind: 'invalid'; readonly status: number; readonly codes: readonly string[] }
  | {
      readonly kind: 'unavailable';
      readonly status: number;
      readonly codes: readonly string[];
      readonly retryAfterMs: number | undefined;
      /** The write may have been applied, or may yet be (a 524 for example): treat it as `lost`. */
      readonly doubtful: boolean;
    };

/** Why no answer came, in a word that is safe to log. */
export type NetworkFault =
  | 'refused'
  | 'dns'
  | 'connect_timeout'
  | 'tls'
  | 'unreachable'
  | 'timeout'
  | 'reset'
  | 'bad_reply'
  | 'bad_request'
  | 'aborted'
  | 'part_lost'
  | 'closed';

/** What became of one call: an answer, or none. */
export type OneSignalOutcome =
  | OneSignalReply
  /** The request went out and no answer came: it may have been applied, or may yet be. */
  | { readonly kind: 'lost'; readonly fault: NetworkFault }
  /** The request never went out: surely not applied. */
  | { readonly kind: 'not_sent'; readonly fault: NetworkFault };

/**
 * Whether the write may land later or have landed unseen, so that the user's plan has to be asserted once more
 * (at least 100 s on: OneSignal may work on a request that long,
 * https://documentation.onesignal.com/reference/rest-api-overview).
 */
export function mayStillLand(outcome: OneSignalOutcome): boolean {
  return outcome.kind === 'lost' || (outcome.kind === 'unavailable' && outcome.doubtful);
}
