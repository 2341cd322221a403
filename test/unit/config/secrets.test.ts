import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import jsforce from 'jsforce';
import {
  type EnvironmentVariables,
  readEnvironment,
  SECRET_VARIABLES,
  withoutAlerts,
} from '../../../relay/config/environment.ts';
import { isRelayError } from '../../../relay/config/relay-error.ts';
import { createSession } from '../../../relay/salesforce/session.ts';
import { selfSigned } from '../../emulators/certificate.ts';

const MARK = 'canary7f3a';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
/** Of the key's own text, since no mark can be put into it. */
const MIDDLE_OF_PEM = PEM.split('\n')[5] ?? '';

const GOOD: EnvironmentVariables = {
  SALESFORCE_LOGIN_URL: 'https://acme.my.salesforce.com',
  SALESFORCE_CLIENT_ID: '3MVG9consumer',
  ONESIGNAL_APP_ID: '6c6e0a2e-0b9f-4a55-8d4b-0f0f3f3c1a11',
};
/** A value for each secret that there is: who adds one adds it here, and to what the environment conceals. */
const VALUES: Readonly<Record<string, string>> = {
  SALESFORCE_CLIENT_SECRET: `secret-${MARK}`,
  SALESFORCE_PRIVATE_KEY: PEM,
  ONESIGNAL_API_KEY: `os_v2_app_${MARK}`,
  DATABASE_URL: `postgres://relay:${MARK}@localhost/relay`,
  // That one is public: it may come from a file like the others.
  DATABASE_CERTIFICATE: selfSigned('database.example.com').certificate,
  RELAY_ALERT_WEBHOOK: `https://hooks.example.com/services/${MARK}`,
  DOCTOR_ACCESS_TOKEN: `token-${MARK}`,
  RELAY_ADMIN_TOKEN: `admin-token-${MARK}`,
  RELAY_WEBHOOK_TOKEN: `webhook-token-${MARK}`,
};

function environmentWith(login: 'SALESFORCE_CLIENT_SECRET' | 'SALESFORCE_PRIVATE_KEY') {
  const other = login === 'SALESFORCE_CLIENT_SECRET' ? 'SALESFORCE_PRIVATE_KEY' : 'SALESFORCE_CLIENT_SECRET';
  const names = SECRET_VARIABLES.filter((name) => name !== other);
  const user = login === 'SALESFORCE_PRIVATE_KEY' ? { SALESFORCE_USERNAME: 'relay@acme.com' } : {};
  const files = Object.fromEntries(names.map((name) => [`${name}_FILE`, `/run/secrets/${name}`]));
  const readFile = (path: string) => `${VALUES[path.split('/').at(-1) ?? ''] ?? ''}\n`;
  return readEnvironment({ ...GOOD, ...user, ...files }, readFile);
}

test('every secret has a value here', () => {
  expect([...SECRET_VARIABLES].sort()).toEqual(Object.keys(VALUES).sort());
});

test.each(['SALESFORCE_CLIENT_SECRET', 'SALESFORCE_PRIVATE_KEY'] as const)(
  'every secret can come from a file, and none shows where the environment is printed (%s)',
  (login) => {
    const environment = environmentWith(login);
    const { flow } = environment.salesforce.login;
    const secret = environment.salesforce.login;
    expect('clientSecret' in secret ? secret.clientSecret : secret.privateKey).toBe((VALUES[login] ?? '').trim());
    const error = Object.assign(new Error('x'), { environment });
    const options = { depth: 10, showHidden: true };
    const shown = [
      inspect(environment, options),
      inspect(error, options),
      JSON.stringify(environment),
      `${environment}`,
    ];
    for (const text of [
      ...shown,
      inspect(withoutAlerts(environment), options),
      inspect(environment.salesforce),
      JSON.stringify(environment.onesignal),
    ]) {
      expect(text).not.toContain(MARK);
      expect(text).not.toContain(MIDDLE_OF_PEM);
    }
    expect(shown[0]).toContain(flow);
    expect(shown[0]).toContain('[hidden]');
  },
);

test('a problem with a secret never quotes it, nor the path that it was to come from', () => {
  for (const name of SECRET_VARIABLES) {
    for (const [variable, value] of [
      [name, `bad ${MARK} \u0000`],
      [`${name}_FILE`, `/no/${MARK}`],
    ] as const) {
      try {
        readEnvironment({ ...GOOD, [variable]: value }, () => {
          throw new Error(MARK);
        });
        throw new Error('It was taken.');
      } catch (error) {
        if (!isRelayError(error)) throw error;
        expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(MARK);
      }
    }
  }
});

test('the connection to Salesforce does not show its token', async () => {
  const token = {
    accessToken: MARK,
    instanceUrl: 'https://acme.my.salesforce.com',
    orgId: '00D000000000001AAA',
    userId: undefined,
    scopes: undefined,
    serverTime: undefined,
  };
  const session = createSession({ apiVersion: '67.0', requestToken: () => Promise.resolve(token) });
  await session.open();
  expect(session.connection().accessToken).toBe(MARK);
  expect(session.connection()).toBeInstanceOf(jsforce.Connection);
  expect(inspect({ session, connection: session.connection() }, { depth: 10 })).not.toContain(MARK);
});

test('the switch that turns the check of certificates off is refused', () => {
  const problems = (value: string) => {
    try {
      readEnvironment(
        { ...GOOD, SALESFORCE_CLIENT_SECRET: 's', ONESIGNAL_API_KEY: 'k', NODE_TLS_REJECT_UNAUTHORIZED: value },
        String,
      );
      return [];
    } catch (error) {
      if (!isRelayError(error)) throw error;
      return error.problems;
    }
  };
  expect(problems('0')).toEqual([expect.stringMatching(/^NODE_TLS_REJECT_UNAUTHORIZED is 0, .*: remove it/)]);
  expect(problems('1')).toEqual([]);
});
