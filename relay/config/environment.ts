import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { isCommit } from './commit.ts';
import { concealed } from './concealed.ts';
import { isSslMode, parseDatabaseUrl, trustsAnyServer, withSslMode } from './database-url.ts';
import { listed, type Networks, parseNetworks } from './networks.ts';
import { isLoopback } from './protected-address.ts';
import { RelayError } from './relay-error.ts';

/** The host that the OneSignal REST API answers on: https://documentation.onesignal.com/reference/rest-api-overview */
const ONESIGNAL_API_URL = 'https://api.onesignal.com';

const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
const LOG_FORMATS = ['json', 'pretty'] as const;

/** Each secret can also come from a file: `NAME_FILE` is a path, so that it never shows in a process list. */
export const SECRET_VARIABLES = [
  'SALESFORCE_CLIENT_SECRET',
  'SALESFORCE_PRIVATE_KEY',
  'ONESIGNAL_API_KEY',
  'DATABASE_URL',
  'DATABASE_CERTIFICATE',
  'RELAY_ALERT_WEBHOOK',
  'DOCTOR_ACCESS_TOKEN',
  'RELAY_ADMIN_TOKEN',
  'RELAY_WEBHOOK_TOKEN',
] as const;

export type SalesforceLogin =
  | { flow: 'jwt_bearer'; username: string; privateKey: string }
  | { flow: 'client_credentials'; clientSecret: string };

/** How many proxies stand before the relay, or their networks; false: none, and nobody's word counts on where a request is from. */
export type TrustProxy = false | number | readonly string[];

export interface Environment {
  salesforce: {
    loginUrl: string;
    clientId: string;
    login: SalesforceLogin;
    /** e.g. `67.0`; from 52.0 on events carry their EventUuid. */
    apiVersion: string;
    channel: string;
  };
  onesignal: { appId: string; apiKey: string; apiUrl: string; requestsPerSecond: number };
  /** The store is in this PostgreSQL database; undefined: in SQLite, in `dataDir`. Holds a password. */
  databaseUrl: string | undefined;
  /** Certificates in PEM form that are trusted for that database besides those that all trust. */
  databaseCertificate: string | undefined;
  dataDir: string;
  server: { host: string; port: number; trustProxy: TrustProxy };
  /** Takes OneSignal's Event Streams; undefined: there is none. */
  webhook: { token: string; networks: Networks | undefined } | undefined;
  /** How long after a message a move counts for it. */
  influenceHours: number;
  reconcileMinutes: number;
  /** Part of the org's API calls and event deliveries of 24 hours that the relay may use, above 0 and up to 1. */
  apiShare: number;
  /** Of somebody who is not the integration user: `doctor --write` moves a lead as that user. */
  doctorToken: string | undefined;
  /** Opens the console; undefined: there is none. */
  adminToken: string | undefined;
  /** An incoming webhook in Slack's format that is told of alerts. Its address is a secret. */
  alertWebhook: string | undefined;
  /** How long what nobody needs any more is kept. */
  retentionDays: number;
  log: { level: (typeof LOG_LEVELS)[number]; format: (typeof LOG_FORMATS)[number] };
}

export type EnvironmentVariables = Record<string, string | undefined>;

const url = (example: string) =>
  z
    .string(`is missing: set it to an address such as ${example}`)
    .refine(isHttpUrl, `is not an address: set it to one such as ${example}`);

const number = (what: string, min: number, max: number, fallback: number) =>
  z.coerce
    .number(`is not a number: set ${what} from ${min} to ${max}`)
    .min(min, `is below ${min}: set ${what} from ${min} to ${max}`)
    .max(max, `is above ${max}: set ${what} from ${min} to ${max}`)
    .default(fallback);

const VARIABLES = z.object({
  SALESFORCE_LOGIN_URL: url('https://yourcompany.my.salesforce.com').refine(
    (value) => !isHttpUrl(value) || new URL(value).protocol === 'https:' || isLoopback(value),
    'must start with https://, or the login would travel unprotected',
  ),
  SALESFORCE_CLIENT_ID: z
    .string('is missing: set it to the consumer key of the External Client App')
    .min(1, 'is empty: set it to the consumer key of the External Client App'),
  SALESFORCE_USERNAME: z.string().optional(),
  SALESFORCE_PRIVATE_KEY: z.string().optional(),
  SALESFORCE_CLIENT_SECRET: z.string().optional(),
  SALESFORCE_API_VERSION: z
    .string()
    .regex(/^\d{2,3}\.0$/, 'is not a version: set it to one such as 67.0')
    .refine((value) => Number.parseFloat(value) >= 52, 'is too old: set it to 52.0 or later')
    .default('67.0'),
  SALESFORCE_CHANNEL: z
    .string()
    .regex(/^\/event\/\w+$/, 'is not a channel: set it to one such as /event/OneSignal_Stage_Change__e')
    .default('/event/OneSignal_Stage_Change__e'),
  ONESIGNAL_APP_ID: z
    .string('is missing: set it to the App ID in OneSignal, Settings > Keys & IDs')
    .regex(
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
      'is not an App ID: copy it from OneSignal, Settings > Keys & IDs',
    ),
  ONESIGNAL_API_KEY: z
    .string('is missing: set it to an App API key from OneSignal, Settings > Keys & IDs')
    // Anything else can't travel in a header.
    .regex(/^[\x21-\x7e]+$/, 'is not an App API key: copy it from OneSignal, Settings > Keys & IDs'),
  ONESIGNAL_API_URL: url(ONESIGNAL_API_URL)
    .refine(
      (value) => !isHttpUrl(value) || new URL(value).protocol === 'https:' || isLoopback(value),
      'must start with https://, or the key would travel unprotected',
    )
    .default(ONESIGNAL_API_URL),
  DATABASE_URL: z
    .string()
    .refine(
      (value) => parseDatabaseUrl(value) !== undefined,
      'is not the address of a PostgreSQL database: set it to one such as postgres://user:password@host:5432/database, with %25 for a % in the password, and with ?schema=name if another relay has its store there too',
    )
    .refine(
      (value) => !trustsAnyServer(value),
      'would take any server that answers: set sslmode=verify-full in it, and no ssl or uselibpqcompat; DATABASE_CERTIFICATE is for a server with a certificate of its own',
    )
    .optional(),
  PGSSLMODE: z
    .string()
    .refine(isSslMode, 'would take any server that answers, or is unknown: set it to verify-full, or to disable')
    .optional(),
  DATABASE_CERTIFICATE: z
    .string()
    .refine(
      isCertificate,
      'is not a certificate in PEM form: it starts with -----BEGIN CERTIFICATE-----, and docs/hosting.md says where to get it',
    )
    .optional(),
  RELAY_DATA_DIR: z.string().default('./data'),
  PORT: number('a port', 0, 65_535, 8080).refine(Number.isInteger, 'is not a whole number: set a port from 0 to 65535'),
  HOST: z.string().default('127.0.0.1'),
  RELAY_RECONCILE_MINUTES: number('minutes', 1, 1_440, 15),
  RELAY_API_SHARE: number('a share', 0.01, 1, 0.5),
  RELAY_RETENTION_DAYS: number('days', 1, 365, 30).refine(
    Number.isInteger,
    'is not a whole number: set days from 1 to 365',
  ),
  // More than 1,000 only where OneSignal allows the app more than everybody.
  ONESIGNAL_REQUESTS_PER_SECOND: number('requests a second', 1, 100_000, 500),
  RELAY_WEBHOOK_TOKEN: z
    .string()
    .regex(
      /^[\x21-\x7e]{16,200}$/,
      'is not a token: set it to 16 to 200 letters, digits and signs, such as `openssl rand -hex 32` makes',
    )
    .optional(),
  RELAY_WEBHOOK_NETWORKS: z
    .string()
    .refine(
      (value) => parseNetworks(value) !== undefined,
      'is not a list of networks: set it to one such as 203.0.113.0/24, 2001:db8::/32',
    )
    .optional(),
  RELAY_TRUST_PROXY: z
    .string()
    .refine(
      (value) => trustProxy(value) !== undefined,
      'is neither a number of proxies nor a list of their networks: set it to 1, or to one such as 10.0.0.0/8',
    )
    .optional(),
  RELAY_INFLUENCE_HOURS: number('hours', 1, 720, 72),
  DOCTOR_ACCESS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'is not an access token: see docs/doctor.md')
    .optional(),
  RELAY_ADMIN_TOKEN: z
    .string()
    .regex(
      /^[\x21-\x7e]{16,256}$/,
      'is no safe token: set it to one of 16 to 256 letters, digits and signs, such as `openssl rand -base64 24` makes',
    )
    .optional(),
  RELAY_ALERT_WEBHOOK: url('https://hooks.slack.com/services/…')
    .refine(
      (value) => !isHttpUrl(value) || new URL(value).protocol === 'https:' || isLoopback(value),
      'must start with https://, or the address would travel unprotected: set it to the webhook’s own',
    )
    .optional(),
  RELAY_COMMIT: z
    .string()
    .refine(isCommit, 'is not a commit: set it to what `git rev-parse HEAD` says, or leave it out')
    .optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `is unknown: set it to one of ${LOG_LEVELS.join(', ')}`).default('info'),
  LOG_FORMAT: z.enum(LOG_FORMATS, `is unknown: set it to one of ${LOG_FORMATS.join(', ')}`).default('json'),
});

type Variables = z.infer<typeof VARIABLES>;

/** Node's own switch: https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue */
const ANY_CERTIFICATE =
  'NODE_TLS_REJECT_UNAUTHORIZED is 0, with which anybody could pass for Salesforce or OneSignal: remove it, and set NODE_EXTRA_CA_CERTS if you have an authority of your own';

/** Every variable that this version takes; `.env.example` shows the same ones. */
export const ENVIRONMENT_VARIABLES: readonly string[] = Object.keys(VARIABLES.shape);

/**
 * Reads and checks the whole environment. Pure but for `readFile`, which reads the `NAME_FILE` secrets.
 * @throws RelayError ENVIRONMENT_INVALID with one problem for each variable that needs a change
 */
export function readEnvironment(env: EnvironmentVariables, readFile: (path: string) => string): Environment {
  const problems: string[] = [];
  const { values: given, unread } = withSecretFiles(trimmed(env), readFile, problems);
  const parsed = VARIABLES.safeParse(given);
  if (!parsed.success)
    problems.push(
      ...parsed.error.issues
        .filter(({ path }) => !unread.has(String(path[0])))
        .map(({ path, message }) => `${String(path[0])} ${message}`),
    );
  if (given.NODE_TLS_REJECT_UNAUTHORIZED === '0') problems.push(ANY_CERTIFICATE);
  const login = readLogin(given, unread, problems);
  if (!parsed.success || login === undefined || problems.length > 0) {
    const count = problems.length === 1 ? 'One setting needs' : `${problems.length} settings need`;
    throw new RelayError('ENVIRONMENT_INVALID', `${count} your attention before the relay can start.`, { problems });
  }
  return shape(parsed.data, login);
}

function shape(values: Variables, login: SalesforceLogin): Environment {
  const { DATABASE_URL: databaseUrl, DATABASE_CERTIFICATE: certificate } = values;
  // Who gives a certificate means it to be asked for.
  const sslMode = values.PGSSLMODE ?? (certificate === undefined ? undefined : 'verify-full');
  const environment: Environment = {
    salesforce: {
      loginUrl: trimSlash(values.SALESFORCE_LOGIN_URL),
      clientId: values.SALESFORCE_CLIENT_ID,
      login,
      apiVersion: values.SALESFORCE_API_VERSION,
      channel: values.SALESFORCE_CHANNEL,
    },
    onesignal: {
      appId: values.ONESIGNAL_APP_ID,
      apiKey: values.ONESIGNAL_API_KEY,
      apiUrl: trimSlash(values.ONESIGNAL_API_URL),
      requestsPerSecond: values.ONESIGNAL_REQUESTS_PER_SECOND,
    },
    databaseUrl: databaseUrl === undefined || sslMode === undefined ? databaseUrl : withSslMode(databaseUrl, sslMode),
    databaseCertificate: certificate?.replaceAll('\\n', '\n'),
    dataDir: values.RELAY_DATA_DIR,
    server: {
      host: values.HOST,
      port: values.PORT,
      trustProxy: (values.RELAY_TRUST_PROXY && trustProxy(values.RELAY_TRUST_PROXY)) || false,
    },
    webhook: webhook(values),
    influenceHours: values.RELAY_INFLUENCE_HOURS,
    reconcileMinutes: values.RELAY_RECONCILE_MINUTES,
    apiShare: values.RELAY_API_SHARE,
    doctorToken: values.DOCTOR_ACCESS_TOKEN,
    adminToken: values.RELAY_ADMIN_TOKEN,
    alertWebhook: values.RELAY_ALERT_WEBHOOK,
    retentionDays: values.RELAY_RETENTION_DAYS,
    log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
  };
  concealed(environment.onesignal, ['apiKey']);
  return withHiddenSecrets(environment);
}

/** The same environment for a relay that tells nobody of alerts: somebody sits before it. */
export function withoutAlerts(environment: Environment): Environment {
  return withHiddenSecrets({ ...environment, alertWebhook: undefined });
}

function withHiddenSecrets(environment: Environment): Environment {
  return concealed(environment, ['databaseUrl', 'doctorToken', 'adminToken', 'alertWebhook']);
}

function webhook({ RELAY_WEBHOOK_TOKEN: token, RELAY_WEBHOOK_NETWORKS: networks }: Variables): Environment['webhook'] {
  if (token === undefined) return undefined;
  return concealed({ token, networks: networks === undefined ? undefined : parseNetworks(networks) }, ['token']);
}

/** @returns undefined where it is neither a number from 0 to 20 nor a list of networks */
function trustProxy(text: string): TrustProxy | undefined {
  if (/^\d+$/.test(text)) return Number(text) <= 20 ? Number(text) || false : undefined;
  return parseNetworks(text) === undefined ? undefined : listed(text);
}

/** White space around a value is no part of it, and an empty line in a `.env` file means "not set". */
function trimmed(env: EnvironmentVariables): EnvironmentVariables {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || value.trim() === '' ? [] : [[name, value.trim()]],
    ),
  );
}

/** A path never shows in a problem: somebody may have put the secret itself there. */
function withSecretFiles(
  env: EnvironmentVariables,
  readFile: (path: string) => string,
  problems: string[],
): { values: EnvironmentVariables; unread: ReadonlySet<string> } {
  const values = { ...env };
  const unread = new Set<string>();
  for (const name of SECRET_VARIABLES) {
    const path = env[`${name}_FILE`];
    if (path === undefined) continue;
    if (env[name] !== undefined) problems.push(`${name} and ${name}_FILE are both set: keep one of them`);
    const content = contentOf(path, readFile);
    if (content !== undefined && content !== '') values[name] = content;
    else {
      unread.add(name);
      const fault = content === undefined ? "a file that can't be read" : 'an empty file';
      problems.push(`${name}_FILE names ${fault}: set it to the path of a file that holds the secret`);
    }
  }
  return { values, unread };
}

function contentOf(path: string, readFile: (path: string) => string): string | undefined {
  try {
    return readFile(path).trim();
  } catch {
    return undefined;
  }
}

function readLogin(
  values: EnvironmentVariables,
  unread: ReadonlySet<string>,
  problems: string[],
): SalesforceLogin | undefined {
  const { SALESFORCE_CLIENT_SECRET: secret, SALESFORCE_PRIVATE_KEY: key, SALESFORCE_USERNAME: username } = values;
  if (secret !== undefined && (key !== undefined || username !== undefined)) {
    problems.push(
      'SALESFORCE_CLIENT_SECRET and SALESFORCE_USERNAME/SALESFORCE_PRIVATE_KEY are both set: keep the secret (client credentials) or the other two (JWT bearer)',
    );
    return undefined;
  }
  if (secret !== undefined)
    return concealed({ flow: 'client_credentials', clientSecret: secret } as const, ['clientSecret']);
  // What a file should have held is named already.
  if (unread.has('SALESFORCE_CLIENT_SECRET') || unread.has('SALESFORCE_PRIVATE_KEY')) return undefined;
  if (key === undefined && username === undefined) {
    problems.push(
      'SALESFORCE_CLIENT_SECRET is missing: set it (client credentials), or SALESFORCE_USERNAME and SALESFORCE_PRIVATE_KEY (JWT bearer)',
    );
    return undefined;
  }
  return readJwtLogin(username, key, problems);
}

function readJwtLogin(username: string | undefined, key: string | undefined, problems: string[]) {
  if (username === undefined) problems.push('SALESFORCE_USERNAME is missing: JWT bearer needs the integration user');
  if (key === undefined) {
    problems.push('SALESFORCE_PRIVATE_KEY is missing: JWT bearer needs the key that belongs to the app’s certificate');
  }
  if (username === undefined || key === undefined) return undefined;
  const privateKey = key.replaceAll('\\n', '\n');
  if (!isRsaPrivateKey(privateKey)) {
    problems.push('SALESFORCE_PRIVATE_KEY is not an RSA key in PEM form: it starts with -----BEGIN PRIVATE KEY-----');
    return undefined;
  }
  return concealed({ flow: 'jwt_bearer', username, privateKey } as const, ['privateKey']);
}

function isRsaPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem.replaceAll('\\n', '\n')).raw.length > 0;
  } catch {
    return false;
  }
}

function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function trimSlash(value: string): string {
  return value.replace(/\/+$/, '');
}
