import type { Waits } from '../../config/backoff.ts';
import type { NetworkFault, OneSignalOutcome, OneSignalReply } from '../../onesignal/onesignal-outcome.ts';
import type { AgainRule, OneSignalRule, RowRule, SideCode, Suspicion } from './retry-rule.ts';

// The one place that says what follows an error. The pipeline runs on it, and `npm run docs` writes it into docs/reliability.md.

/** Tries of one record before a fault becomes its outcome. OneSignal advises ten at most: https://documentation.onesignal.com/reference/rate-limits */
export const MOST_ATTEMPTS = 10;
/** Tries of a status that Salesforce could not take just then, before it counts as refused. */
export const MOST_ROW_TRIES = 8;
/** So many faults without an answer in between let the relay ask whether the side works at all. */
export const FAULTS_IN_A_ROW = 5;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** OneSignal's own advice, 2, 4, 8 … 60 s: https://documentation.onesignal.com/reference/rate-limits */
const ONESIGNAL_WAITS: Waits = { firstMs: 2 * SECOND, longestMs: MINUTE };
const ROW_WAITS: Waits = { firstMs: SECOND, longestMs: MINUTE };
const SIDE_WAITS: Waits = { firstMs: SECOND, longestMs: MINUTE };
const AT_ONCE: Waits = { firstMs: 0, longestMs: 0 };
/** Somebody has to change a rule first. */
const PERSON_WAITS: Waits = { firstMs: 15 * MINUTE, longestMs: 24 * HOUR };
/** Concerns all records, and one change in Setup cures it: then they must not wait for a day. */
const ADMIN_WAITS: Waits = { firstMs: 5 * MINUTE, longestMs: HOUR };

const UNREACHABLE: Suspicion = { of: 'ONESIGNAL_UNREACHABLE', after: 'in_a_row' };

function again(why: string, given: Partial<AgainRule> = {}): AgainRule & { readonly why: string } {
  const usual = { counts: true, waits: ONESIGNAL_WAITS, obeysRetryAfter: false, suspicion: undefined };
  return { follows: 'again', ...usual, ...given, why };
}

function done(why: string): OneSignalRule {
  return { follows: 'done', why };
}

/** By kind of answer: https://documentation.onesignal.com/openapi.json */
export const ONESIGNAL_RULES: Readonly<Record<OneSignalReply['kind'], OneSignalRule>> = {
  created: done('OneSignal made the user.'),
  existing: done('The user was there before: tags and aliases follow in calls of their own.'),
  accepted: done('OneSignal took the change.'),
  viewed: done('OneSignal showed the user.'),
  message_sent: done('OneSignal sends the message.'),
  message_not_sent: done('Nobody can get the message on its channel.'),
  events_taken: done('OneSignal took the custom events, but for those that it named.'),
  not_found: again(
    'For 60 s after our own create OneSignal may not see the user everywhere yet. Later it is gone and is made anew, and only what still isn’t found then is tried again.',
  ),
  alias_claimed: { follows: 'verdict', reason: 'ALIAS_CLAIMED', why: 'An alias never moves by itself.' },
  tag_limit: {
    follows: 'verdict',
    reason: 'TAG_LIMIT',
    why: 'The plan’s cap on tags (409 `entitlements-tag-limit`): the whole request was refused, and would be again.',
  },
  conflict_other: {
    follows: 'verdict',
    reason: 'ONESIGNAL_REJECTED',
    why: 'A 409 of another kind is about what was asked.',
  },
  invalid: {
    follows: 'verdict',
    reason: 'ONESIGNAL_REJECTED',
    why: 'Any other 4xx is about what was asked, also a limit of the plan (403 `entitlements-…`).',
  },
  rate_limited: again('429: a limit of the app, of one user, or of views. It is no fault of the record.', {
    counts: false,
    obeysRetryAfter: true,
  }),
  unauthorized: {
    follows: 'side_stops',
    code: 'ONESIGNAL_KEY_REFUSED',
    why: 'A 401 is about the key, never about a record.',
  },
  forbidden: again(
    '403, or 404 for the app: about the key if OneSignal says so to a probe too, else about the record.',
    {
      suspicion: { of: 'ONESIGNAL_KEY_REFUSED', after: 'at_once' },
    },
  ),
  unavailable: again(
    '5xx, 408, 425, a page of a proxy, a redirect. What may have been applied (a 524, say) is asserted once more later.',
    { obeysRetryAfter: true, suspicion: UNREACHABLE },
  ),
};

const NO_ANSWER = again('No connection, or no answer. A request that went out is asserted once more later.', {
  suspicion: UNREACHABLE,
});
const STOPPING = again('The relay is stopping: the record is worked on after the next start.', {
  counts: false,
  waits: AT_ONCE,
});
const PART_LOST = again('This relay was silent for too long, so another one took its work over.', {
  counts: false,
  waits: AT_ONCE,
});

/** By why no answer came. */
export const NETWORK_RULES: Readonly<Record<NetworkFault, OneSignalRule>> = {
  refused: NO_ANSWER,
  dns: NO_ANSWER,
  connect_timeout: NO_ANSWER,
  tls: NO_ANSWER,
  unreachable: NO_ANSWER,
  timeout: NO_ANSWER,
  reset: NO_ANSWER,
  bad_reply: NO_ANSWER,
  bad_request: again('A request that can’t be sent is about the record, never about the side.'),
  aborted: STOPPING,
  part_lost: PART_LOST,
  closed: STOPPING,
};

/** A kind of outcome that a later version may bring. */
export const UNKNOWN_ONESIGNAL_RULE = NO_ANSWER;

export function ruleOfOutcome(outcome: OneSignalOutcome): OneSignalRule {
  const isUnanswered = outcome.kind === 'lost' || outcome.kind === 'not_sent';
  const rule = isUnanswered ? lookUp(NETWORK_RULES, outcome.fault) : lookUp(ONESIGNAL_RULES, outcome.kind);
  return rule ?? UNKNOWN_ONESIGNAL_RULE;
}

/** An answer about the request itself: it proves that OneSignal does its work. A status of 0 is our own refusal to ask. */
export function isAnswer(outcome: OneSignalOutcome): boolean {
  if (!('status' in outcome) || outcome.status === 0) return false;
  const { follows } = ruleOfOutcome(outcome);
  return follows === 'done' || follows === 'verdict' || outcome.kind === 'not_found';
}

const BUSY = again('Another transaction or the org’s load was in the way.', { waits: ROW_WAITS });
const GONE: RowRule = { follows: 'dropped', why: 'There is no record to write to.' };
const BY_RULE: RowRule = {
  follows: 'refused',
  waits: PERSON_WAITS,
  why: 'A validation rule, a flow, a trigger or the field’s own rules refuse the status.',
};
const BY_PERMISSION: RowRule = {
  follows: 'refused',
  waits: ADMIN_WAITS,
  why: 'The integration user may not write the record or the field.',
};
const BY_STATE: RowRule = {
  follows: 'refused',
  waits: ADMIN_WAITS,
  why: 'The state of the record or of the org is in the way.',
};

/**
 * By the status code of one row of a status write. Codes that are not here fall to `UNKNOWN_ROW_RULE`.
 * https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm
 */
export const ROW_RULES: Readonly<Record<string, RowRule>> = {
  UNABLE_TO_LOCK_ROW: BUSY,
  SERVER_UNAVAILABLE: BUSY,
  REQUEST_RUNNING_TOO_LONG: BUSY,
  QUERY_TIMEOUT: BUSY,
  UNKNOWN_EXCEPTION: BUSY,
  REQUEST_LIMIT_EXCEEDED: {
    follows: 'side_stops',
    code: 'SALESFORCE_API_LIMIT',
    why: 'The org’s API calls of the last 24 hours are spent: a wait, for all records.',
  },
  API_CURRENTLY_DISABLED: { follows: 'side_stops', code: 'SALESFORCE_FORBIDDEN', why: 'The API is switched off.' },
  API_DISABLED_FOR_ORG: { follows: 'side_stops', code: 'SALESFORCE_FORBIDDEN', why: 'The API is switched off.' },
  ENTITY_IS_DELETED: GONE,
  INVALID_CROSS_REFERENCE_KEY: GONE,
  NOT_FOUND: GONE,
  // https://help.salesforce.com/s/articleView?id=005185010
  CANNOT_UPDATE_CONVERTED_LEAD: {
    follows: 'dropped',
    why: 'A converted lead takes no writes: its person’s status stands on the contact.',
  },
  FIELD_CUSTOM_VALIDATION_EXCEPTION: BY_RULE,
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: BY_RULE,
  FIELD_INTEGRITY_EXCEPTION: BY_RULE,
  REQUIRED_FIELD_MISSING: BY_RULE,
  DUPLICATES_DETECTED: BY_RULE,
  STRING_TOO_LONG: BY_RULE,
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: BY_RULE,
  INSUFFICIENT_ACCESS_OR_READONLY: BY_PERMISSION,
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: BY_PERMISSION,
  INVALID_FIELD: BY_PERMISSION,
  INVALID_FIELD_FOR_INSERT_UPDATE: BY_PERMISSION,
  ENTITY_IS_LOCKED: BY_STATE,
  STORAGE_LIMIT_EXCEEDED: BY_STATE,
};

export const UNKNOWN_ROW_RULE = {
  follows: 'refused',
  waits: PERSON_WAITS,
  why: 'Any other code: a person has to look at it.',
} as const satisfies RowRule;

export function ruleOfRow(statusCode: string): RowRule {
  return lookUp(ROW_RULES, statusCode) ?? UNKNOWN_ROW_RULE;
}

interface SideRule {
  readonly waits: Waits;
  /** One record may be why the whole request failed: status writes then get smaller until it stands alone. */
  readonly mayBeOneRow?: true;
  readonly why: string;
}

/** How long a side that stands still rests between two questions whether it works again, by what stopped it. */
export const SIDE_RULES: Readonly<Record<SideCode, SideRule>> = {
  SALESFORCE_LOGIN_REFUSED: { waits: SIDE_WAITS, why: 'A fresh login was refused, or its token at once.' },
  SALESFORCE_FORBIDDEN: { waits: SIDE_WAITS, why: '403 on the login or on a request, the API switched off.' },
  SALESFORCE_UNREACHABLE: {
    waits: SIDE_WAITS,
    mayBeOneRow: true,
    why: 'No connection, no answer, or a login that answers 5xx or 429.',
  },
  SALESFORCE_REQUEST_FAILED: {
    waits: SIDE_WAITS,
    mayBeOneRow: true,
    why: 'Any other refusal of a whole request: 5xx, an unknown code.',
  },
  SALESFORCE_TIMEOUT: {
    waits: SIDE_WAITS,
    mayBeOneRow: true,
    why: 'One request took Salesforce too long. Reconcile asks for less at a time first.',
  },
  SALESFORCE_LOCATOR_EXPIRED: {
    waits: SIDE_WAITS,
    why: 'The rest of a long answer is gone. Reconcile asks again first.',
  },
  SALESFORCE_QUERY_REFUSED: {
    waits: SIDE_WAITS,
    why: 'A field or object is missing. The setup is read again meanwhile.',
  },
  SALESFORCE_API_LIMIT: {
    waits: { firstMs: SECOND, longestMs: 5 * MINUTE },
    why: '`REQUEST_LIMIT_EXCEEDED`: too many long requests at once, over soon, or the day’s calls are spent.',
  },
  SALESFORCE_API_VERSION: { waits: SIDE_WAITS, why: 'The org does not offer the API version.' },
  ONESIGNAL_KEY_REFUSED: { waits: SIDE_WAITS, why: '401, or a 403 that the probe gets too.' },
  ONESIGNAL_UNREACHABLE: { waits: SIDE_WAITS, why: 'Five faults in a row, of five records or shared by the probe.' },
};

/** What stops a side for a reason that is not its own, such as a login that leads to another org. */
export const UNKNOWN_SIDE_RULE: SideRule = { waits: SIDE_WAITS, why: 'Anything else that stops a side.' };

export function ruleOfSide(code: string): SideRule {
  return lookUp(SIDE_RULES, code) ?? UNKNOWN_SIDE_RULE;
}

/** A defect of ours is not tried again at once: it would only fail again. In the end the record is `Failed RELAY_DEFECT`. */
export const DEFECT_RULE = again('A defect of the relay on this record.', {
  waits: { firstMs: MINUTE, longestMs: MINUTE },
});

/** Names that every object inherits are no rows. */
function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
