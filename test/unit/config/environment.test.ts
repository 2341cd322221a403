import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { type EnvironmentVariables, readEnvironment } from '../../../relay/config/environment.ts';
import { explainError, isRelayError } from '../../../relay/config/relay-error.ts';
import { selfSigned } from '../../emulators/certificate.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const SELF_SIGNED = selfSigned('database.example.com').certificate.trim();
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const GOOD: EnvironmentVariables = {
  SALESFORCE_LOGIN_URL: 'https://acme.my.salesforce.com',
  SALESFORCE_CLIENT_ID: '3MVG9consumer',
  SALESFORCE_CLIENT_SECRET: 'the-secret',
  ONESIGNAL_APP_ID: '6c6e0a2e-0b9f-4a55-8d4b-0f0f3f3c1a11',
  ONESIGNAL_API_KEY: 'os_v2_app_key',
};
const JWT = {
  ...GOOD,
  SALESFORCE_CLIENT_SECRET: undefined,
  SALESFORCE_USERNAME: 'relay@acme.com',
  SALESFORCE_PRIVATE_KEY: PEM,
};

function noFile(): string {
  throw new Error('no such file');
}

function problemsOf(env: EnvironmentVariables, readFile: (path: string) => string = noFile): readonly string[] {
  try {
    readEnvironment(env, readFile);
    return [];
  } catch (error) {
    if (!isRelayError(error)) throw error;
    expect(error.code).toBe('ENVIRONMENT_INVALID');
    return error.problems;
  }
}

test('a small environment is enough, and the rest has the defaults of the contract', () => {
  expect(readEnvironment(GOOD, noFile)).toEqual({
    salesforce: {
      loginUrl: 'https://acme.my.salesforce.com',
      clientId: '3MVG9consumer',
      login: { flow: 'client_credentials', clientSecret: 'the-secret' },
      apiVersion: '67.0',
      channel: '/event/OneSignal_Stage_Change__e',
    },
    onesignal: {
      appId: '6c6e0a2e-0b9f-4a55-8d4b-0f0f3f3c1a11',
      apiKey: 'os_v2_app_key',
      apiUrl: 'https://api.onesignal.com',
      requestsPerSecond: 500,
    },
    databaseUrl: undefined,
    dataDir: './data',
    server: { host: '127.0.0.1', port: 8080, trustProxy: false },
    webhook: undefined,
    influenceHours: 72,
    reconcileMinutes: 15,
    apiShare: 0.5,
    retentionDays: 30,
    log: { level: 'info', format: 'json' },
  });
});

test('an empty environment names everything that is missing, at once', () => {
  const problems = problemsOf({});
  for (const name of [
    'SALESFORCE_LOGIN_URL',
    'SALESFORCE_CLIENT_ID',
    'SALESFORCE_CLIENT_SECRET',
    'ONESIGNAL_APP_ID',
    'ONESIGNAL_API_KEY',
  ]) {
    expect(
      problems.filter(
        (problem) =>
          problem.startsWith(`${name} is missing: set it to`) || problem.startsWith(`${name} is missing: set it (`),
      ),
    ).toHaveLength(1);
  }
  expect(problems).toHaveLength(5);
});

const BAD: EnvironmentVariables = {
  SALESFORCE_LOGIN_URL: 'acme.my.salesforce.com',
  SALESFORCE_CLIENT_ID: ' ',
  SALESFORCE_API_VERSION: '67',
  SALESFORCE_CHANNEL: 'OneSignal_Stage_Change__e',
  ONESIGNAL_APP_ID: 'my-app',
  ONESIGNAL_API_KEY: 'has a space',
  ONESIGNAL_API_URL: 'http://api.onesignal.com',
  PORT: '99999',
  RELAY_RECONCILE_MINUTES: 'often',
  RELAY_RETENTION_DAYS: '400',
  RELAY_API_SHARE: '1.5',
  RELAY_ADMIN_TOKEN: 'too short',
  ONESIGNAL_REQUESTS_PER_SECOND: '500000',
  LOG_LEVEL: 'loud',
  LOG_FORMAT: 'xml',
  RELAY_WEBHOOK_TOKEN: 'short',
  RELAY_WEBHOOK_NETWORKS: 'onesignal.com',
  RELAY_TRUST_PROXY: 'yes',
  RELAY_INFLUENCE_HOURS: '0',
  DATABASE_URL: 'mysql://u:p@host/db',
  PGSSLMODE: 'no-verify',
  DATABASE_CERTIFICATE: 'no certificate',
  RELAY_ALERT_WEBHOOK: 'hooks.slack.com/services/x',
  RELAY_COMMIT: 'main',
  SALESFORCE_USERNAME: 'relay@acme.com',
  SALESFORCE_PRIVATE_KEY: 'no key',
};

test('every bad variable is named in one problem, and each says what to set', () => {
  const problems = problemsOf(BAD);
  const named = problems.map((problem) => problem.split(' ')[0]);
  expect([...named].sort()).toEqual(
    Object.keys(BAD)
      .filter((name) => name !== 'SALESFORCE_USERNAME')
      .sort(),
  );
  for (const problem of problems) expect(problem).toMatch(/set |remove it|starts with|must start|copy it/);
});

test.each([
  ['PORT', '80.5', /set a port from 0 to 65535/],
  ['PORT', '-1', /from 0 to 65535/],
  ['RELAY_API_SHARE', '0', /below 0.01: set a share from 0.01 to 1/],
  ['RELAY_ADMIN_TOKEN', 'fifteen-letters', /16 to 256/],
  ['RELAY_RETENTION_DAYS', '0', /set days from 1 to 365/],
  ['RELAY_RETENTION_DAYS', '1.5', /not a whole number/],
  ['SALESFORCE_API_VERSION', '51.0', /52\.0 or later/],
  ['SALESFORCE_LOGIN_URL', 'http://acme.my.salesforce.com', /https/],
  ['SALESFORCE_LOGIN_URL', 'ftp://acme.my.salesforce.com', /is not an address/],
  ['ONESIGNAL_API_KEY', 'os_v2_app_ключ', /copy it/],
])('%s=%s is refused', (name, value, why) => {
  expect(problemsOf({ ...GOOD, [name]: value })).toEqual([expect.stringMatching(why)]);
  expect(problemsOf({ ...GOOD, [name]: value })[0]).toMatch(new RegExp(`^${name} `));
});

test('the webhook is on with its token, which can come from a file, and only then', () => {
  const token = 'a-token-of-the-webhook';
  const file = { ...GOOD, RELAY_WEBHOOK_TOKEN_FILE: '/run/secrets/webhook', RELAY_WEBHOOK_NETWORKS: '203.0.113.0/24' };
  const { webhook } = readEnvironment(file, () => `${token}\n`);
  expect([webhook?.token, webhook?.networks?.('203.0.113.9'), webhook?.networks?.('203.0.114.9')]).toEqual([
    token,
    true,
    false,
  ]);
  expect(readEnvironment({ ...GOOD, RELAY_WEBHOOK_NETWORKS: '203.0.113.0/24' }, noFile).webhook).toBeUndefined();
});

test.each([
  ['1', 1],
  ['0', false],
  ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
  [' ', false],
])('RELAY_TRUST_PROXY=%j trusts %j', (value, expected) => {
  expect(readEnvironment({ ...GOOD, RELAY_TRUST_PROXY: value }, noFile).server.trustProxy).toEqual(expected);
});

test.each(['21', '-1', 'loopback', '10.0.0.0/33', 'true'])('RELAY_TRUST_PROXY=%s is refused', (value) => {
  expect(problemsOf({ ...GOOD, RELAY_TRUST_PROXY: value })).toEqual([
    expect.stringMatching(/^RELAY_TRUST_PROXY is neither/),
  ]);
});

test('a custom channel of the org is taken as well as the event’s own', () => {
  const env = { ...GOOD, SALESFORCE_CHANNEL: '/event/OneSignal_Filtered__chn' };
  expect(readEnvironment(env, noFile).salesforce.channel).toBe('/event/OneSignal_Filtered__chn');
});

test('a server on this machine may be spoken to without TLS, and an address may end in a slash', () => {
  const env = { ...GOOD, SALESFORCE_LOGIN_URL: 'http://127.0.0.1:9001/', ONESIGNAL_API_URL: 'http://localhost:9002//' };
  const { salesforce, onesignal } = readEnvironment(env, noFile);
  expect([salesforce.loginUrl, onesignal.apiUrl]).toEqual(['http://127.0.0.1:9001', 'http://localhost:9002']);
});

test.each([
  'postgres://relay:pass@db.example.com:5432/relay',
  'postgresql://relay@db.example.com/relay?sslmode=verify-full&schema=emea_1',
  'postgres://relay:50%25@[::1]/relay',
  'postgres:///relay?host=/var/run/postgresql',
])('DATABASE_URL=%s is the address of a store', (value) => {
  expect(readEnvironment({ ...GOOD, DATABASE_URL: value }, noFile).databaseUrl).toBe(value);
});

test.each([
  ['another kind of server', 'mysql://relay:pass@host/relay'],
  ['no address', 'host=localhost dbname=relay'],
  ['no database', 'postgres://relay:pass@host'],
  ['no host', 'postgres:///relay'],
  ['a password with a bare %', 'postgres://relay:50%@host/relay'],
  ['a schema that needs quotes', 'postgres://relay:pass@host/relay?schema=My%20Schema'],
])('DATABASE_URL with %s is refused', (_, value) => {
  expect(problemsOf({ ...GOOD, DATABASE_URL: value })).toEqual([
    expect.stringMatching(/^DATABASE_URL is not the address of a PostgreSQL database: set it to one such as/),
  ]);
});

test.each(['sslmode=no-verify', 'sslmode=allow', 'ssl=no-verify', 'ssl=true', 'uselibpqcompat=true&sslmode=require'])(
  'DATABASE_URL with %s, by which any server would do, is refused',
  (parameter) => {
    expect(problemsOf({ ...GOOD, DATABASE_URL: `postgres://relay:pass@host/relay?${parameter}` })).toEqual([
      expect.stringMatching(/^DATABASE_URL would take any server that answers: set sslmode=verify-full/),
    ]);
  },
);

describe('where the host gives DATABASE_URL and lets nobody edit it', () => {
  const DATABASE_URL = 'postgres://relay:pass@host/relay';
  const urlOf = (env: EnvironmentVariables) => readEnvironment({ ...GOOD, DATABASE_URL, ...env }, noFile).databaseUrl;

  test('PGSSLMODE says that the server has to prove who it is, unless the address says something itself', () => {
    expect(urlOf({})).toBe(DATABASE_URL);
    expect(urlOf({ PGSSLMODE: 'verify-full' })).toBe(`${DATABASE_URL}?sslmode=verify-full`);
    const own = `${DATABASE_URL}?sslmode=disable`;
    expect(urlOf({ DATABASE_URL: own, PGSSLMODE: 'verify-full' })).toBe(own);
  });

  test('so does a certificate that is given', () => {
    const given = { DATABASE_CERTIFICATE: SELF_SIGNED.replaceAll('\n', '\\n') };
    expect(urlOf(given)).toBe(`${DATABASE_URL}?sslmode=verify-full`);
    expect(readEnvironment({ ...GOOD, ...given }, noFile).databaseCertificate).toBe(SELF_SIGNED);
  });
});

test.each([
  ['https://hooks.slack.com/services/T0/B0/secret', []],
  ['http://127.0.0.1:9000/hook', []],
  [
    'http://hooks.slack.com/services/T0/B0/secret',
    [expect.stringMatching(/^RELAY_ALERT_WEBHOOK must start with https/)],
  ],
])('RELAY_ALERT_WEBHOOK=%s', (value, problems) => {
  expect(problemsOf({ ...GOOD, RELAY_ALERT_WEBHOOK: value })).toEqual(problems);
});

test('white space around a value, such as the carriage returns of a file from Windows, is no part of it', () => {
  const padded = Object.fromEntries(Object.entries(GOOD).map(([name, value]) => [name, ` ${value}\r\n`]));
  expect(readEnvironment(padded, noFile)).toEqual(readEnvironment(GOOD, noFile));
});

describe('the Salesforce login', () => {
  test('is JWT bearer with a user and a key, whose line ends may be written as \\n', () => {
    const login = { flow: 'jwt_bearer', username: 'relay@acme.com', privateKey: PEM.trim() };
    expect(readEnvironment(JWT, noFile).salesforce.login).toEqual(login);
    const oneLine = { ...JWT, SALESFORCE_PRIVATE_KEY: PEM.replaceAll('\n', '\\n') };
    expect(problemsOf(oneLine)).toEqual([]);
  });

  test.each([
    ['both flows', { SALESFORCE_CLIENT_SECRET: 'x' }, 'SALESFORCE_CLIENT_SECRET and'],
    ['no user', { SALESFORCE_USERNAME: undefined }, 'SALESFORCE_USERNAME is missing'],
    ['no key', { SALESFORCE_PRIVATE_KEY: undefined }, 'SALESFORCE_PRIVATE_KEY is missing'],
    ['a key of another kind', { SALESFORCE_PRIVATE_KEY: ecKey() }, 'SALESFORCE_PRIVATE_KEY is not an RSA key'],
  ])('with %s is refused', (_, change, start) => {
    expect(problemsOf({ ...JWT, ...change })).toEqual([expect.stringMatching(new RegExp(`^${start}`))]);
  });
});

describe('a secret from a file', () => {
  const files: Record<string, string> = {
    '/run/key': ' os_v2_app_file \n',
    '/run/pem': PEM,
    '/run/empty': ' \n',
    '/run/secret': 's3cret\n',
    '/run/database': 'postgres://relay:pass@host/relay\n',
  };
  const readFile = (path: string) => files[path] ?? noFile();

  test('counts as if it stood in the variable', () => {
    const env = { ...GOOD, ONESIGNAL_API_KEY: undefined, ONESIGNAL_API_KEY_FILE: '/run/key' };
    expect(readEnvironment(env, readFile).onesignal.apiKey).toBe('os_v2_app_file');
    const jwt = { ...JWT, SALESFORCE_PRIVATE_KEY: undefined, SALESFORCE_PRIVATE_KEY_FILE: '/run/pem' };
    expect(readEnvironment(jwt, readFile).salesforce.login).toMatchObject({ flow: 'jwt_bearer' });
    const secret = { ...GOOD, SALESFORCE_CLIENT_SECRET: undefined, SALESFORCE_CLIENT_SECRET_FILE: '/run/secret' };
    expect(readEnvironment(secret, readFile).salesforce.login).toMatchObject({ clientSecret: 's3cret' });
    const database = { ...GOOD, DATABASE_URL_FILE: '/run/database' };
    expect(readEnvironment(database, readFile).databaseUrl).toBe('postgres://relay:pass@host/relay');
  });

  test.each([
    ['ONESIGNAL_API_KEY', '/run/none'],
    ['ONESIGNAL_API_KEY', '/run/empty'],
    ['SALESFORCE_CLIENT_SECRET', '/run/none'],
    ['SALESFORCE_CLIENT_SECRET', '/run/empty'],
  ])('%s_FILE=%s is one problem, not also a missing variable', (name, path) => {
    const problems = problemsOf({ ...GOOD, [name]: undefined, [`${name}_FILE`]: path }, readFile);
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name}_FILE `))]);
  });

  test('beside the variable itself is refused', () => {
    expect(problemsOf({ ...GOOD, ONESIGNAL_API_KEY_FILE: '/run/key' }, readFile)).toEqual([
      expect.stringMatching(/^ONESIGNAL_API_KEY and ONESIGNAL_API_KEY_FILE are both set/),
    ]);
  });
});

test('no value of a secret ever stands in what a person reads, even where it was put in the wrong variable', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9+/]{12,40}$/).map((text) => `zq${text}`);
  const place = fc.constantFrom(
    'SALESFORCE_CLIENT_SECRET',
    'SALESFORCE_PRIVATE_KEY',
    'ONESIGNAL_API_KEY',
    'ONESIGNAL_API_KEY_FILE',
    'DATABASE_URL_FILE',
    'SALESFORCE_PRIVATE_KEY_FILE',
    'ONESIGNAL_APP_ID',
    'DATABASE_URL',
    'DATABASE_CERTIFICATE',
    'PGSSLMODE',
    'RELAY_ALERT_WEBHOOK',
    'RELAY_COMMIT',
    'PORT',
    'SALESFORCE_LOGIN_URL',
    'LOG_LEVEL',
  );
  fc.assert(
    fc.property(secret, fc.array(place, { minLength: 1 }), fc.subarray(Object.keys(GOOD)), (value, places, kept) => {
      const base = Object.fromEntries(kept.map((name) => [name, GOOD[name]]));
      const env = { ...base, ...Object.fromEntries(places.map((name) => [name, value])) };
      try {
        readEnvironment(env, noFile);
      } catch (error) {
        if (!isRelayError(error)) throw error;
        expect(explainError(error)).not.toContain(value);
        expect(JSON.stringify(error)).not.toContain(value);
      }
    }),
  );
});

function ecKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
}
