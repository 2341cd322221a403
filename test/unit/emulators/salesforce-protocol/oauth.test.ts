import {
  askToken,
  assertion,
  jwtApp,
  login,
  noRightsUser,
  relayUser,
  secret,
  secretApp,
  start,
  type UnderTest,
} from './emulator-under-test.ts';

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
let under: UnderTest;
beforeEach(async () => {
  under = await start();
});
afterEach(() => under.salesforce.close());

const byAssertion = async (wrong?: Parameters<typeof assertion>[1]) =>
  askToken(under.salesforce.url, { grant_type: jwtBearer, assertion: await assertion(under, wrong) });

// https://knowledgelib.io/business/erp-integration/salesforce-oauth-authentication/2026
test('a signed assertion of an approved user gets a bearer token with instance and identity URLs', async () => {
  const { status, body } = await byAssertion();
  const user = under.org.user(relayUser);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    access_token: expect.stringMatching(/^00D\w+![\w.-]+$/),
    instance_url: under.salesforce.url,
    id: `${under.salesforce.url}/id/${under.org.id}/${user?.id}`,
    token_type: 'Bearer',
    issued_at: String(under.org.time),
    scope: expect.any(String),
    signature: expect.any(String),
  });
});

test.each([['https://test.salesforce.com'], ['the own url']])('the audience may be %s', async (aud) => {
  const { status } = await byAssertion({ aud: aud === 'the own url' ? under.salesforce.url : aud });
  expect(status).toBe(200);
});

test.each([
  ['an unknown consumer key', { iss: 'stranger' }, 'invalid_client_id', 'client identifier invalid'],
  ['an app without a certificate', { iss: secretApp }, 'invalid_client_id', 'client identifier invalid'],
  ['another key', { foreignKey: true }, 'invalid_grant', 'invalid assertion'],
  ['another audience', { aud: 'https://example.com' }, 'invalid_grant', 'audience is invalid'],
  ['an expired assertion', { aheadSeconds: -1 }, 'invalid_grant', 'expired authorization code'],
  ['an assertion good for 10 minutes', { aheadSeconds: 600 }, 'invalid_grant', 'invalid assertion'],
  ['an unknown user', { sub: 'ghost@example.com' }, 'invalid_grant', "user hasn't approved this consumer"],
  [
    'a user who is not approved',
    { sub: noRightsUser },
    'invalid_app_access',
    'user is not admin approved to access this app',
  ],
  // https://salesforce.stackexchange.com/questions/184363
])('JWT bearer refuses %s', async (_case, wrong, error, error_description) => {
  expect(await byAssertion(wrong)).toEqual({ status: 400, body: { error, error_description } });
});

test('JWT bearer refuses what is no assertion', async () => {
  const reply = await askToken(under.salesforce.url, { grant_type: jwtBearer, assertion: 'x.y' });
  expect(reply).toEqual({ status: 400, body: { error: 'invalid_grant', error_description: 'invalid assertion' } });
});

test('client credentials work in the body and as Basic', async () => {
  const form = { grant_type: 'client_credentials' };
  const inBody = await askToken(under.salesforce.url, { ...form, client_id: secretApp, client_secret: secret });
  const Authorization = `Basic ${Buffer.from(`${secretApp}:${secret}`).toString('base64')}`;
  const basic = await askToken(under.salesforce.url, form, { Authorization });
  expect([inBody.status, basic.status]).toEqual([200, 200]);
  expect(inBody.body.access_token).not.toBe(basic.body.access_token);
});

test.each([
  ['an unknown app', 'stranger', secret, 'invalid_client_id', 'client identifier invalid'],
  ['a wrong secret', secretApp, 'guess', 'invalid_client', 'invalid client credentials'],
  ['an app for JWT bearer', jwtApp, secret, 'invalid_client', 'invalid client credentials'],
  ['an app without a run-as user', 'nobody-app', secret, 'invalid_grant', 'no client credentials user enabled'],
])('client credentials refuse %s', async (_case, client_id, client_secret, error, error_description) => {
  const reply = await askToken(under.salesforce.url, { grant_type: 'client_credentials', client_id, client_secret });
  expect(reply).toEqual({ status: 400, body: { error, error_description } });
});

// External client apps have no username-password flow: https://help.salesforce.com/s/articleView?id=000886201
test.each(['password', 'refresh_token', 'constructor', ''])('the grant type %p is refused', async (grant_type) => {
  const reply = await askToken(under.salesforce.url, { grant_type, username: relayUser, password: 'x' });
  expect(reply).toEqual({
    status: 400,
    body: { error: 'unsupported_grant_type', error_description: 'grant type not supported' },
  });
});

test('the identity URL and userinfo name the user, and refuse a dead token', async () => {
  const { url } = under.salesforce;
  const token = await login(url);
  const headers = { Authorization: `Bearer ${token}` };
  const userinfo = await fetch(`${url}/services/oauth2/userinfo`, { headers });
  expect(await userinfo.json()).toMatchObject({ preferred_username: relayUser, organization_id: under.org.id });
  under.salesforce.faults.revokeTokens();
  const refused = await fetch(`${url}/id/${under.org.id}/005`, { headers });
  expect([refused.status, await refused.text()]).toEqual([403, 'Bad_OAuth_Token']);
});

test('token requests are counted, and are no API calls', () => {
  expect(under.salesforce.stats.calls.token).toBe(1);
  expect(under.salesforce.stats.apiCalls).toBe(0);
});
