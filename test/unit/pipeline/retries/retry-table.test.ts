import { ERROR_CODES } from '../../../../relay/config/error-codes.ts';
import { REASONS } from '../../../../relay/mapping/outcome.ts';
import { classifyReply } from '../../../../relay/onesignal/classify-reply.ts';
import type { NetworkFault, OneSignalCall, OneSignalOutcome } from '../../../../relay/onesignal/onesignal-outcome.ts';
import type { OneSignalRule, RowRule } from '../../../../relay/pipeline/retries/retry-rule.ts';
import {
  DEFECT_RULE,
  isAnswer,
  NETWORK_RULES,
  ONESIGNAL_RULES,
  ROW_RULES,
  ruleOfOutcome,
  ruleOfRow,
  ruleOfSide,
  SIDE_RULES,
  UNKNOWN_ROW_RULE,
  UNKNOWN_SIDE_RULE,
} from '../../../../relay/pipeline/retries/retry-table.ts';

const replyTo = (status: number, body: unknown = '', call: OneSignalCall = 'update_tags', headers = {}) =>
  classifyReply(call, status, headers, typeof body === 'string' ? body : JSON.stringify(body));
const coded = (code: string) => ({ errors: [{ code, title: 'no' }] });

/** Every answer in OneSignal's documents and in the field, and what must follow it. */
test.each<[string, OneSignalOutcome, Partial<Record<string, unknown>>]>([
  ['a create', replyTo(200, {}, 'create_user'), { follows: 'done' }],
  ['a create that met a user', replyTo(202, {}, 'create_user'), { follows: 'done' }],
  ['a change', replyTo(202, {}), { follows: 'done' }],
  ['an unknown user', replyTo(404, coded('user-1')), { follows: 'again', counts: true, suspicion: undefined }],
  ['a user deleted for good', replyTo(410), { follows: 'again', counts: true, suspicion: undefined }],
  ['an alias of another, on create', replyTo(409, coded('Conflict')), { follows: 'verdict', reason: 'ALIAS_CLAIMED' }],
  ['an alias of another, on update', replyTo(409, coded('user-2')), { follows: 'verdict', reason: 'ALIAS_CLAIMED' }],
  ['the cap on tags', replyTo(409, coded('entitlements-tag-limit')), { follows: 'verdict', reason: 'TAG_LIMIT' }],
  ['another conflict', replyTo(409, coded('x')), { follows: 'verdict', reason: 'ONESIGNAL_REJECTED' }],
  ['a bad request', replyTo(400, coded('request-1')), { follows: 'verdict', reason: 'ONESIGNAL_REJECTED' }],
  ['a limit of the plan', replyTo(403, coded('entitlements-x')), { follows: 'verdict', reason: 'ONESIGNAL_REJECTED' }],
  ['429', replyTo(429, {}), { follows: 'again', counts: false, obeysRetryAfter: true, suspicion: undefined }],
  ['401', replyTo(401), { follows: 'side_stops', code: 'ONESIGNAL_KEY_REFUSED' }],
  ['403', replyTo(403, {}), { follows: 'again', suspicion: { of: 'ONESIGNAL_KEY_REFUSED', after: 'at_once' } }],
  [
    '500',
    replyTo(500),
    { follows: 'again', counts: true, suspicion: { of: 'ONESIGNAL_UNREACHABLE', after: 'in_a_row' } },
  ],
  ['503 as a page', replyTo(503, '<html>'), { follows: 'again', counts: true, obeysRetryAfter: true }],
  ['524 of the proxy', replyTo(524, '<html>'), { follows: 'again', counts: true, obeysRetryAfter: true }],
  ['a page that says 200', replyTo(200, '<html>'), { follows: 'again', counts: true }],
])('%s', (_, outcome, rule) => {
  expect(ruleOfOutcome(outcome)).toMatchObject(rule);
});

/** The compiler holds this list to the type, and the test holds the table to the list. */
const FAULTS: Record<NetworkFault, 'counts' | 'does not count'> = {
  refused: 'counts',
  dns: 'counts',
  connect_timeout: 'counts',
  tls: 'counts',
  unreachable: 'counts',
  timeout: 'counts',
  reset: 'counts',
  bad_reply: 'counts',
  bad_request: 'counts',
  aborted: 'does not count',
  part_lost: 'does not count',
  closed: 'does not count',
};

test.each(Object.entries(FAULTS) as [NetworkFault, string][])(
  'no answer (%s) is tried again and %s',
  (fault, counts) => {
    for (const kind of ['lost', 'not_sent'] as const) {
      expect(ruleOfOutcome({ kind, fault })).toMatchObject({ follows: 'again', counts: counts === 'counts' });
    }
  },
);

test('the network table has no row beside the faults that there are', () => {
  expect(Object.keys(NETWORK_RULES).sort()).toEqual(Object.keys(FAULTS).sort());
});

test('only an answer about the request proves that OneSignal works', () => {
  const answers = [replyTo(202, {}), replyTo(404), replyTo(409, coded('user-2')), replyTo(400)];
  const faults = [replyTo(401), replyTo(403), replyTo(429), replyTo(503), replyTo(200, '<html>')];
  expect([...answers, ...faults].map(isAnswer)).toEqual([true, true, true, true, false, false, false, false, false]);
  expect(isAnswer({ kind: 'lost', fault: 'timeout' })).toBe(false);
  expect(isAnswer({ kind: 'invalid', status: 0, codes: ['alias_not_allowed'] })).toBe(false);
});

test.each([
  ['UNABLE_TO_LOCK_ROW', 'again'],
  ['SERVER_UNAVAILABLE', 'again'],
  ['REQUEST_RUNNING_TOO_LONG', 'again'],
  ['QUERY_TIMEOUT', 'again'],
  ['UNKNOWN_EXCEPTION', 'again'],
  ['REQUEST_LIMIT_EXCEEDED', 'side_stops'],
  ['ENTITY_IS_DELETED', 'dropped'],
  ['INVALID_CROSS_REFERENCE_KEY', 'dropped'],
  ['CANNOT_UPDATE_CONVERTED_LEAD', 'dropped'],
  ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'refused'],
  ['CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'refused'],
  ['INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', 'refused'],
  ['INSUFFICIENT_ACCESS_OR_READONLY', 'refused'],
  ['INVALID_FIELD', 'refused'],
  ['INVALID_FIELD_FOR_INSERT_UPDATE', 'refused'],
  ['STRING_TOO_LONG', 'refused'],
  ['FIELD_INTEGRITY_EXCEPTION', 'refused'],
  ['ENTITY_IS_LOCKED', 'refused'],
  ['DUPLICATES_DETECTED', 'refused'],
  ['STORAGE_LIMIT_EXCEEDED', 'refused'],
])('a row that Salesforce answers with %s is %s, by a row of its own', (code, follows) => {
  expect(Object.hasOwn(ROW_RULES, code)).toBe(true);
  expect(ruleOfRow(code).follows).toBe(follows);
});

test('each error of a side has its row, and what is unknown falls to the stated default', () => {
  const codes = Object.keys(ERROR_CODES).filter((code) => /^(SALESFORCE|ONESIGNAL)_/.test(code));
  expect(Object.keys(SIDE_RULES).sort()).toEqual(codes.sort());
  expect(ruleOfSide('SALESFORCE_UNREACHABLE')).toBe(SIDE_RULES.SALESFORCE_UNREACHABLE);
  expect([ruleOfSide('STORE_OTHER_ORG'), ruleOfSide('toString')]).toEqual([UNKNOWN_SIDE_RULE, UNKNOWN_SIDE_RULE]);
  expect([ruleOfRow('SOMETHING_NEW'), ruleOfRow('toString')]).toEqual([UNKNOWN_ROW_RULE, UNKNOWN_ROW_RULE]);
  const fromTheFuture = { kind: 'teapot', status: 418 } as unknown as OneSignalOutcome;
  expect(ruleOfOutcome(fromTheFuture)).toMatchObject({ follows: 'again', counts: true });
});

test('each verdict is a Failed one with a next step, and each wait grows from its first to its longest', () => {
  const rules: (OneSignalRule | RowRule)[] = [ONESIGNAL_RULES, NETWORK_RULES, ROW_RULES].flatMap((table) =>
    Object.values<OneSignalRule | RowRule>(table),
  );
  const verdicts = rules.flatMap((rule) => (rule.follows === 'verdict' ? [REASONS[rule.reason]] : []));
  expect(verdicts.length).toBeGreaterThan(0);
  for (const { status, nextStep } of verdicts)
    expect([status, nextStep]).toEqual(['Failed', expect.stringMatching(/\w/)]);
  const waits = [...rules, ...Object.values(SIDE_RULES), DEFECT_RULE].flatMap((rule) =>
    'waits' in rule ? [rule.waits] : [],
  );
  for (const { firstMs, longestMs } of waits) expect(longestMs).toBeGreaterThanOrEqual(firstMs);
});
