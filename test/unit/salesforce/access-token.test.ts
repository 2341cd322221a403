import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jwtVerify } from 'jose';
import type { Environment } from '../../../relay/config/environment.ts';
import { explainError, isRelayError, type RelayError } from '../../../relay/config/relay-error.ts';
import { requestAccessToken } from '../../../relay/salesforce/access-token.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const SECRET = 'zq-the-client-secret';
const ORG = '00D000000000001EAA';

/** Runs work against a login server that lives only meanwhile. */
async function withLogin<T>(answer: Answer, work: (salesforce: Environment['salesforce']) => Promise<T>): Promise<T> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    answer(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await work({ ...SALESFORCE, loginUrl: `http://127.0.0.1:${port}` });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const SALESFORCE: Environment['salesforce'] = {
  loginUrl: '',
  clientId: 'client-1',
  login: { flow: 'client_credentials', clientSecret: SECRET },
  apiVersion: '67.0',
  channel: '/event/OneSignal_Stage_Change__e',
};

const GOOD = {
  access_token: 'token-1',
  instance_url: 'https://acme.my.salesforce.com/',
  id: `https://login.salesforce.com/id/${ORG}/005000000000001AAA`,
  scope: 'api id',
};

function reply(status: number, body: string | object, headers: Record<string, string> = {}): Answer {
  return (_request, response) =>
    void response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function failureOf(answer: Answer): Promise<RelayError> {
  const error = await withLogin(answer, requestAccessToken).catch((caught: unknown) => caught);
  if (!isRelayError(error)) throw new Error('expected a RelayError');
  expect(`${explainError(error)} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(SECRET);
  return error;
}

test('client credentials: the form, and what comes of the answer', async () => {
  let sent = '';
  const answer: Answer = (request, response, body) => {
    sent = `${request.method} ${request.url} ${body}`;
    reply(200, GOOD, { date: 'Tue, 24 Nov 2026 10:00:00 GMT' })(request, response, body);
  };
  expect(await withLogin(answer, requestAccessToken)).toEqual({
    accessToken: 'token-1',
    instanceUrl: 'https://acme.my.salesforce.com',
    orgId: ORG,
    userId: '005000000000001AAA',
    scopes: ['api', 'id'],
    serverTime: Date.parse('2026-11-24T10:00:00Z'),
  });
  expect(sent).toBe(
    `POST /services/oauth2/token grant_type=client_credentials&client_id=client-1&client_secret=${SECRET}`,
  );
});

test('JWT bearer: the assertion is signed, short-lived, and names user, client and login host', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let form = new URLSearchParams();
  const answer: Answer = (request, response, body) => {
    form = new URLSearchParams(body);
    reply(200, GOOD)(request, response, body);
  };
  const audience = await withLogin(answer, async (salesforce) => {
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await requestAccessToken({
      ...salesforce,
      login: { flow: 'jwt_bearer', username: 'relay@acme.com', privateKey: pem },
    });
    return salesforce.loginUrl;
  });
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  const { payload } = await jwtVerify(form.get('assertion') ?? '', publicKey, {
    issuer: 'client-1',
    subject: 'relay@acme.com',
    audience,
  });
  expect((payload.exp ?? 0) * 1000 - Date.now()).toBeLessThanOrEqual(180_000);
});

test.each([
  [
    'a refusal with its reason',
    400,
    { error: 'invalid_grant', error_description: `user ${SECRET}` },
    'SALESFORCE_LOGIN_REFUSED',
    'invalid_grant',
  ],
  ['a wrong client', 401, { error: 'invalid_client' }, 'SALESFORCE_LOGIN_REFUSED', 'invalid_client'],
  ['a forbidden user', 403, { error: 'access_denied' }, 'SALESFORCE_FORBIDDEN', 'access_denied'],
  ['a refusal that quotes the secret as its code', 400, { error: SECRET }, 'SALESFORCE_LOGIN_REFUSED', 'HTTP 400'],
  ['an HTML page', 404, '<html>Not here</html>', 'SALESFORCE_LOGIN_REFUSED', 'HTTP 404'],
  ['a server error in HTML', 503, '<html>Down for maintenance</html>', 'SALESFORCE_UNREACHABLE', 'HTTP 503'],
  ['too many logins', 429, '', 'SALESFORCE_UNREACHABLE', 'HTTP 429'],
  ['HTML where a token should be', 200, '<html>Welcome</html>', 'SALESFORCE_LOGIN_REFUSED', 'without a token'],
  ['an answer without the org', 200, { ...GOOD, id: undefined }, 'SALESFORCE_LOGIN_REFUSED', 'id of the org'],
])('%s', async (_, status, body, code, text) => {
  const error = await failureOf(reply(status, body));
  expect(error.code).toBe(code);
  expect(error.message).toContain(text);
});

test.each<[string, Answer]>([
  ['a connection that is closed without an answer', (request) => void request.socket.destroy()],
  [
    'an answer cut off half way',
    (request, response) => {
      response.writeHead(200, { 'content-length': '500' });
      response.write('{"access_token":', () => request.socket.destroy());
    },
  ],
])('%s is no refusal', async (_, answer) => {
  expect((await failureOf(answer)).code).toBe('SALESFORCE_UNREACHABLE');
});

test('a host that nobody listens on is unreachable', async () => {
  const salesforce = await withLogin(reply(200, GOOD), (given) => Promise.resolve(given));
  await expect(requestAccessToken(salesforce)).rejects.toMatchObject({ code: 'SALESFORCE_UNREACHABLE' });
});

test.each(['http://acme.my.salesforce.com', 'ftp://acme.my.salesforce.com', 'javascript:alert(1)'])(
  'an instance that would get the token unprotected (%s) is refused',
  async (instance_url) => {
    expect((await failureOf(reply(200, { ...GOOD, instance_url }))).code).toBe('SALESFORCE_LOGIN_REFUSED');
  },
);
