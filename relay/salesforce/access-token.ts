import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { request } from 'undici';
import { z } from 'zod';
import { concealed } from '../config/concealed.ts';
import type { Environment } from '../config/environment.ts';
import { isProtected } from '../config/protected-address.ts';
import { RelayError } from '../config/relay-error.ts';

/** What a login gives. The token never appears in a log or an error. */
export interface AccessToken {
  accessToken: string;
  instanceUrl: string;
  orgId: string;
  /** Who logged in; undefined where Salesforce did not say. */
  userId: string | undefined;
  /** OAuth scopes of the token; undefined where Salesforce did not say. */
  scopes: readonly string[] | undefined;
  /** Salesforce's clock when it answered, ms since 1970, whole seconds; undefined when it did not say. */
  serverTime: number | undefined;
}

/** Salesforce takes an assertion for a few minutes only: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm */
const ASSERTION_SECONDS = 180;
/** A refused assertion is signed anew by Salesforce's clock when ours differs by more than this, ms. */
const CLOCK_OFF_MS = 60_000;
const TIMEOUT_MS = 30_000;

const TOKEN_REPLY = z.object({
  access_token: z.string().min(1),
  // Every request goes there with the token.
  instance_url: z.url().refine(isProtected),
  id: z.string().optional(),
  scope: z.string().optional(),
});
const ERROR_REPLY = z.object({ error: z.string().regex(/^[a-z_]+$/) });
const ID_URL = /\/id\/(00D[a-zA-Z0-9]{15})\/(005[a-zA-Z0-9]{15})?/;

/**
 * Logs in with JWT bearer or client credentials, as the environment says. Neither gives a refresh token: a new login
 * is how a token is renewed.
 * @throws RelayError SALESFORCE_LOGIN_REFUSED, SALESFORCE_FORBIDDEN, SALESFORCE_UNREACHABLE
 */
export async function requestAccessToken(salesforce: Environment['salesforce']): Promise<AccessToken> {
  let answer = await logIn(salesforce, Date.now());
  const { serverTime } = answer;
  const isClockOff = serverTime !== undefined && Math.abs(serverTime - Date.now()) > CLOCK_OFF_MS;
  const mayBeTime = answer.status === 400 && salesforce.login.flow === 'jwt_bearer' && isClockOff;
  if (mayBeTime) answer = await logIn(salesforce, serverTime);
  return tokenIn(answer);
}

interface LoginAnswer {
  status: number;
  text: string;
  serverTime: number | undefined;
}

async function logIn(salesforce: Environment['salesforce'], now: number): Promise<LoginAnswer> {
  const form = await loginForm(salesforce, now);
  const { statusCode, headers, body } = await post(`${salesforce.loginUrl}/services/oauth2/token`, form);
  const text = await body.text().catch(() => undefined);
  if (text === undefined) throw unreachable(salesforce.loginUrl);
  const serverTime = Date.parse(String(headers.date));
  return { status: statusCode, text, serverTime: Number.isNaN(serverTime) ? undefined : serverTime };
}

function tokenIn({ status, text, serverTime }: LoginAnswer): AccessToken {
  if (status !== 200) throw refusal(status, text);
  const reply = TOKEN_REPLY.safeParse(parseJson(text));
  const [, orgId, userId] = ID_URL.exec(reply.data?.id ?? '') ?? [];
  if (reply.data === undefined || orgId === undefined) {
    throw new RelayError(
      'SALESFORCE_LOGIN_REFUSED',
      'The login was answered without a token, without the id of the org, or with an address that is not https.',
    );
  }
  const token: AccessToken = {
    accessToken: reply.data.access_token,
    instanceUrl: reply.data.instance_url.replace(/\/+$/, ''),
    orgId,
    userId,
    scopes: reply.data.scope?.split(' '),
    serverTime,
  };
  return concealed(token, ['accessToken']);
}

async function loginForm(
  { clientId, login, loginUrl }: Environment['salesforce'],
  now: number,
): Promise<URLSearchParams> {
  if (login.flow === 'client_credentials') {
    return new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: login.clientSecret,
    });
  }
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(clientId)
    .setSubject(login.username)
    .setAudience(new URL(loginUrl).origin)
    .setExpirationTime(Math.floor(now / 1_000) + ASSERTION_SECONDS)
    .sign(createPrivateKey(login.privateKey));
  return new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
}

async function post(url: string, form: URLSearchParams) {
  try {
    return await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw unreachable(url);
  }
}

/** The cause could quote the request, which holds the secret: it stays out. */
function unreachable(url: string): RelayError {
  return new RelayError('SALESFORCE_UNREACHABLE', `No answer from the login at ${new URL(url).host}.`);
}

function refusal(status: number, text: string): RelayError {
  if (status >= 500 || status === 429)
    return new RelayError('SALESFORCE_UNREACHABLE', `The login answered HTTP ${status}.`);
  const parsed = ERROR_REPLY.safeParse(parseJson(text));
  const reason = parsed.success ? parsed.data.error : `HTTP ${status}`;
  const code = status === 403 ? 'SALESFORCE_FORBIDDEN' : 'SALESFORCE_LOGIN_REFUSED';
  return new RelayError(code, `Salesforce refused the login: ${reason}.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
