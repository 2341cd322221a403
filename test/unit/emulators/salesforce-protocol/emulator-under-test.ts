import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import {
  type SalesforceEmulator,
  type SalesforceOptions,
  startSalesforce,
} from '../../../emulators/salesforce/start-salesforce.ts';
import { TinyOrg } from './tiny-org.ts';

export const relayUser = 'relay@example.com';
export const noRightsUser = 'norights@example.com';
export const jwtApp = 'jwt-app';
export const secretApp = 'secret-app';
export const secret = 'keep-me';
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKeyPem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();

export interface UnderTest {
  org: TinyOrg;
  salesforce: SalesforceEmulator;
  token: string;
}

/** An emulator over a tiny org, with a token of the relay's user. Timeouts are short: nothing waits for 110 s. */
export async function start(options: Partial<SalesforceOptions> = {}): Promise<UnderTest> {
  const org = new TinyOrg();
  org.addUser({ username: relayUser, permissionSets: ['OneSignal_Relay'] });
  org.addUser({ username: noRightsUser });
  const salesforce = await startSalesforce({
    org,
    apps: [
      { clientId: jwtApp, publicKeyPem, preauthorizedUsernames: [relayUser] },
      { clientId: secretApp, clientSecret: secret, runAs: relayUser },
      { clientId: 'norights-app', clientSecret: secret, runAs: noRightsUser },
      { clientId: 'nobody-app', clientSecret: secret },
    ],
    connectTimeoutMs: 5000,
    sessionTimeoutMs: 5000,
    ...options,
  });
  return { org, salesforce, token: await login(salesforce.url) };
}

export async function login(url: string, clientId = secretApp): Promise<string> {
  const { body } = await askToken(url, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: secret,
  });
  return String(body.access_token);
}

export async function askToken(url: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** An assertion as the relay would sign it, seconds ahead of the org's clock; `wrong` replaces claims or the algorithm. */
export async function assertion(
  test: UnderTest,
  wrong: { iss?: string; sub?: string; aud?: string; aheadSeconds?: number; foreignKey?: boolean } = {},
): Promise<string> {
  const key = wrong.foreignKey ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey : keys.privateKey;
  return new SignJWT()
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(wrong.iss ?? jwtApp)
    .setSubject(wrong.sub ?? relayUser)
    .setAudience(wrong.aud ?? 'https://login.salesforce.com')
    .setExpirationTime(Math.floor(test.org.time / 1000) + (wrong.aheadSeconds ?? 180))
    .sign(key);
}

/** One REST request with the relay's token. */
export async function rest(
  test: UnderTest,
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string>; token?: string } = {},
) {
  const headers: Record<string, string> = {
    Authorization: `Bearer ${options.token ?? test.token}`,
    ...options.headers,
  };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(`${test.salesforce.url}${path}`, {
    method,
    headers,
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}
