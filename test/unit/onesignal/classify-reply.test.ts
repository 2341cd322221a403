import fc from 'fast-check';
import { classifyReply } from '../../../relay/onesignal/classify-reply.ts';
import { mayStillLand, type OneSignalCall } from '../../../relay/onesignal/onesignal-outcome.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const HTML = '<html><body>Attention Required! dana@example.com</body></html>';
const structured = (code: string, meta?: object) =>
  JSON.stringify({ errors: [{ code, title: 'dana@example.com is not welcome', meta }] });

function classify(call: OneSignalCall, status: number, body = '', headers: Record<string, string> = {}) {
  return classifyReply(call, status, headers, body, NOW);
}

const USER_ID = 'b1d6c0f2-7a55-4f0e-9a51-7e0a4e6c1f11';
const identity = `{"identity":{"onesignal_id":"${USER_ID}","external_id":"u-1"},"properties":{"tags":{"sf_stage":"mql"}}}`;

test.each<[OneSignalCall, number, string, object]>([
  ['create_user', 200, identity, { kind: 'created', status: 200, oneSignalId: USER_ID }],
  ['create_user', 201, identity, { kind: 'created', status: 201, oneSignalId: USER_ID }],
  ['create_user', 202, identity, { kind: 'existing', status: 202, oneSignalId: USER_ID }],
  ['create_user', 202, '', { kind: 'existing', status: 202, oneSignalId: undefined }],
  ['update_tags', 202, '{"properties":{"tags":{}}}', { kind: 'accepted', status: 202, oneSignalId: undefined }],
  ['update_tags', 200, '{}', { kind: 'accepted', status: 200, oneSignalId: undefined }],
  ['update_identity', 200, identity, { kind: 'accepted', status: 200, oneSignalId: USER_ID }],
  ['delete_alias', 200, '{"identity":{}}', { kind: 'accepted', status: 200, oneSignalId: undefined }],
  ['delete_user', 202, '', { kind: 'accepted', status: 202, oneSignalId: undefined }],
  ['probe', 200, identity, { kind: 'accepted', status: 200, oneSignalId: USER_ID }],
  ['probe', 404, structured('user-1'), { kind: 'accepted', status: 404, oneSignalId: undefined }],
])('%s answered %d is a success', (call, status, body, expected) => {
  expect(classify(call, status, body)).toEqual(expected);
});

test('a view gives aliases, tags and subscriptions', () => {
  const body = JSON.stringify({
    identity: { onesignal_id: 'os-1', salesforce_id: '00Q' },
    properties: { tags: { sf_stage: 'mql', sf_score: 7 } },
    subscriptions: [{ id: 's-1', type: 'Email', token: 'dana@example.com', enabled: true, notification_types: 1 }, 3],
  });
  expect(classify('view_user', 200, body)).toEqual({
    kind: 'viewed',
    status: 200,
    user: {
      identity: { onesignal_id: 'os-1', salesforce_id: '00Q' },
      tags: { sf_stage: 'mql', sf_score: '7' },
      subscriptions: [{ id: 's-1', type: 'Email', token: 'dana@example.com', enabled: true, notificationTypes: 1 }],
    },
  });
});

test('a view without a user in it is not taken for an empty user', () => {
  expect(classify('view_user', 200, '{}')).toMatchObject({ kind: 'unavailable', codes: ['unreadable_reply'] });
});

test.each<[string, OneSignalCall, string, object]>([
  [
    'the create form',
    'create_user',
    structured('Conflict', { conflicting_aliases: { external_id: 'u-1', salesforce_id: '00Q' } }),
    { external_id: 'u-1', salesforce_id: '00Q' },
  ],
  ['the identity form', 'update_identity', structured('user-2', { salesforce_id: '00Q' }), { salesforce_id: '00Q' }],
  ['no names', 'update_identity', structured('user-2'), {}],
  [
    'two errors',
    'update_identity',
    JSON.stringify({
      errors: [
        { code: 'user-2', meta: { a: '1' } },
        { code: 'user-2', meta: { b: 2, c: null } },
      ],
    }),
    { a: '1', b: '2' },
  ],
])('an alias of another user is named in %s', (_form, call, body, aliases) => {
  expect(classify(call, 409, body)).toEqual({ kind: 'alias_claimed', status: 409, conflictingAliases: aliases });
});

test.each<[OneSignalCall, number, string, object]>([
  ['update_tags', 409, structured('entitlements-tag-limit'), { kind: 'tag_limit', status: 409 }],
  ['create_user', 409, structured('entitlements-tag-limit'), { kind: 'tag_limit', status: 409 }],
  ['update_tags', 403, structured('entitlements-tag-limit'), { kind: 'tag_limit', status: 403 }],
  [
    'update_tags',
    409,
    structured('Subscription Limit Exceeded'),
    { kind: 'conflict_other', status: 409, codes: ['Subscription Limit Exceeded'] },
  ],
  ['create_user', 409, '{"errors":["Conflicting aliases"]}', { kind: 'conflict_other', status: 409, codes: [] }],
  ['delete_alias', 409, structured('user-2'), { kind: 'not_found', status: 409 }],
  ['delete_alias', 409, '', { kind: 'not_found', status: 409 }],
  ['delete_alias', 409, structured('user-9'), { kind: 'not_found', status: 409 }],
  ['delete_alias', 404, structured('user-1'), { kind: 'not_found', status: 404 }],
  ['update_tags', 404, structured('user-1'), { kind: 'not_found', status: 404 }],
  ['update_tags', 404, '', { kind: 'not_found', status: 404 }],
  ['update_tags', 410, '{}', { kind: 'not_found', status: 410 }],
  ['view_user', 404, structured('internal error code'), { kind: 'not_found', status: 404 }],
  ['create_user', 404, structured('app-1'), { kind: 'forbidden', status: 404, codes: ['app_not_found'] }],
  ['update_tags', 401, structured('auth-1'), { kind: 'unauthorized', status: 401 }],
  ['update_tags', 401, '', { kind: 'unauthorized', status: 401 }],
  ['update_tags', 401, HTML, { kind: 'unauthorized', status: 401 }],
  ['update_tags', 400, structured('auth-3'), { kind: 'unauthorized', status: 400 }],
  ['update_tags', 403, '{"errors":["no"],"success":false}', { kind: 'forbidden', status: 403, codes: [] }],
  ['update_tags', 403, HTML, { kind: 'forbidden', status: 403, codes: [] }],
  [
    'update_tags',
    403,
    structured('entitlements-custom'),
    { kind: 'invalid', status: 403, codes: ['entitlements-custom'] },
  ],
  ['update_tags', 400, structured('request-1'), { kind: 'invalid', status: 400, codes: ['request-1'] }],
  ['update_tags', 422, '{"errors":["dana@example.com"]}', { kind: 'invalid', status: 422, codes: [] }],
  [
    'update_tags',
    400,
    '{"errors":{"invalid_aliases":{"external_id":["dana@example.com"]}}}',
    { kind: 'invalid', status: 400, codes: ['invalid_aliases'] },
  ],
  ['update_tags', 413, HTML, { kind: 'invalid', status: 413, codes: [] }],
])('%s answered %d %s is a refusal with its own meaning', (call, status, body, expected) => {
  expect(classify(call, status, body)).toEqual(expected);
});

test.each<[string, number, string, boolean]>([
  ['a page with status 200', 200, HTML, true],
  ['a list with status 202', 202, '[1]', true],
  ['a redirect', 302, '', false],
  ['a page with status 404', 404, HTML, false],
  ['a page with status 400', 400, HTML, false],
  ['a page with status 409', 409, HTML, false],
  ['a request timeout', 408, '', true],
  ['a 500', 500, structured('internal'), true],
  ['a gateway page', 502, HTML, true],
  ['an empty 503', 503, '', false],
  ['a 503 page', 503, HTML, false],
  ['a gateway timeout', 504, '', true],
  ['Cloudflare giving up on the answer', 524, HTML, true],
  ['Cloudflare not reaching the server', 521, HTML, false],
])('%s gives no verdict, and says whether the write may have landed', (_what, status, body, doubtful) => {
  const reply = classify('update_tags', status, body);
  expect(reply).toMatchObject({ kind: 'unavailable', status, doubtful });
  expect(mayStillLand(reply)).toBe(doubtful);
});

test.each([
  ['seconds', '7', 7_000],
  ['a date', 'Tue, 24 Nov 2026 12:00:30 GMT', 30_000],
  ['a date that is past', 'Tue, 24 Nov 2026 11:00:00 GMT', 0],
  ['a year', '31536000', 3_600_000],
  ['nonsense', 'soon', 2_000],
  ['a negative number', '-5', 2_000],
  ['nothing', '', 2_000],
])('a 429 with %s as Retry-After waits %s: %d ms', (_what, header, waitMs) => {
  expect(classify('update_tags', 429, HTML, { 'retry-after': header })).toEqual({
    kind: 'rate_limited',
    status: 429,
    retryAfterMs: waitMs,
    scope: 'app',
  });
});

test.each<[string, OneSignalCall, string, string]>([
  ['texts', 'update_tags', '{"errors":["API rate limit exceeded."]}', 'app'],
  ['the name of the limiter', 'update_tags', '{"errors":["API rate limit exceeded"],"limit":"App ID"}', 'app'],
  ['another limiter', 'update_tags', '{"errors":["API rate limit exceeded"],"limit":"User ID"}', 'user'],
  ['a code', 'update_tags', structured('Rate Limit Exceeded'), 'app'],
  ['a view', 'view_user', structured('Rate Limit Exceeded'), 'views'],
])('a 429 with %s is about the right calls', (_what, call, body, scope) => {
  expect(classify(call, 429, body)).toMatchObject({ kind: 'rate_limited', scope });
});

test('a 503 hands on its Retry-After', () => {
  expect(classify('update_tags', 503, '', { 'retry-after': '4' })).toMatchObject({ retryAfterMs: 4_000 });
  expect(classify('update_tags', 503)).toMatchObject({ retryAfterMs: undefined });
});

const calls = fc.constantFrom<OneSignalCall>(
  'create_user',
  'update_tags',
  'update_identity',
  'delete_alias',
  'delete_user',
  'view_user',
  'probe',
);
const bodies = fc.oneof(
  fc.string(),
  fc.json(),
  fc.record({ errors: fc.jsonValue(), limit: fc.jsonValue() }).map((body) => JSON.stringify(body)),
  fc
    .array(fc.record({ code: fc.jsonValue(), title: fc.string(), meta: fc.jsonValue() }, { requiredKeys: [] }))
    .map((errors) => JSON.stringify({ errors })),
);

test('any answer at all has a meaning, and only 2xx can mean success', () => {
  fc.assert(
    fc.property(calls, fc.integer({ min: 0, max: 999 }), bodies, fc.string(), (call, status, body, retryAfter) => {
      const reply = classifyReply(call, status, { 'retry-after': retryAfter }, body, NOW);
      const succeeded = ['created', 'existing', 'accepted', 'viewed'].includes(reply.kind);
      if (succeeded && !(call === 'probe' && status === 404)) expect(Math.floor(status / 100)).toBe(2);
      expect(reply.status).toBe(status);
    }),
    { seed: 43, numRuns: 2_000 },
  );
});

test('nothing personal in the body of a refusal comes out again', () => {
  const secret = 'dana@example.com';
  const forms = [
    { errors: [secret] },
    { errors: secret },
    { errors: { [secret]: [secret] } },
    { errors: [{ code: secret, title: secret, meta: secret }] },
    { errors: [{ code: 'request-1', title: secret, meta: { tag: secret } }] },
    { errors: [{ code: '+15555550123' }, { code: 'tel15555550123' }] },
    secret,
  ];
  for (const form of forms) {
    for (const status of [400, 401, 403, 404, 410, 413, 422, 429, 500, 503]) {
      const out = JSON.stringify(classify('update_tags', status, JSON.stringify(form)));
      expect(out).not.toContain('dana');
      expect(out).not.toContain('5555550123');
    }
  }
});

test.each([
  ['a page of text', 'x'.repeat(5_000)],
  ['too long by one', 'a'.repeat(37)],
  ['a path', '../../apps'],
  ['an email', 'a@b.example'],
])(
  'what is no id of a user (%s) is not taken for one: Salesforce would refuse the whole status with it',
  (_what, id) => {
    const body = JSON.stringify({ identity: { onesignal_id: id } });
    expect(classify('create_user', 201, body)).toEqual({ kind: 'created', status: 201, oneSignalId: undefined });
  },
);

test.each(['Dana Miller', 'dana@example.com', '+15555550123', 'id-12345678', ''])(
  'what may be data (%s) is no code',
  (code) => {
    const answers = [structured(code), JSON.stringify({ errors: { [code]: {} } })];
    for (const body of answers)
      expect(classify('update_tags', 400, body)).toEqual({ kind: 'invalid', status: 400, codes: [] });
  },
);
