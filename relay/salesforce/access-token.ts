import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { request } from 'undici';
import { z } from 'zod';
import type { Environment } from '../config/environment.ts';
import { RelayError } from '../config/relay-error.ts';

/** What a login gives. The token never appears in a log or an error. */
export interface AccessToken {
  accessToken: string;
  instanceUrl: string;
  orgId: string;
  /** Salesforce's clock when it answered, ms since 1970, whole seconds; undefined when it did not say. */
  serverTime: number | undefined;
}

/** Salesforce takes an assertion for a few minutes only: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm */
const ASSERTION_LIFETIME = '3m';
const TIMEOUT_MS = 30_000;

const TOKEN_REPLY = z.object({ access_token: z.string().min(1), instance_url: z.url(), id: z.string().optional() });
const ERROR_REPLY = z.object({ error: z.string().regex(/^[a-z_]+$/) });
const ORG_IN_ID_URL = /\/id\/(00D[a-zA-Z0-9]{15})\//;

/**
 * Logs in with JWT bearer or client credentials, as the environment says. Neither gives a refresh token: a new login
 * is how a token is renewed.
 * @throws RelayError SALESFORCE_LOGIN_REFUSED, SALESFORCE_FORBIDDEN, SALESFORCE_UNREACHABLE
 */
export async function requestAccessToken(salesforce: Environment['salesforce']): Promise<AccessToken> {
  const form = await loginForm(salesforce);
  const { statusCode, headers, body } = await post(`${salesforce.loginUrl}/services/oauth2/token`, form);
  const text = await body.text().catch(() => undefined);
  if (text === undefined) throw unreachable(salesforce.loginUrl);
  if (statusCode !== 200) throw refusal(statusCode, text);
  const reply = TOKEN_REPLY.safeParse(parseJson(text));
  const orgId = ORG_IN_ID_URL.exec(reply.data?.id ?? '')?.[1];
  if (reply.data === undefined || orgId === undefined) {
    throw new RelayError(
      'SALESFORCE_LOGIN_REFUSED',
      'The login was answered without a token, or without the id of the org.',
    );
  }
  const serverTime = Date.parse(String(headers.date));
  return {
    accessToken: reply.data.access_token,
    instanceUrl: reply.data.instance_url.replace(/\/+$/, ''),
    orgId,
    serverTime: Number.isNaN(serverTime) ? undefined : serverTime,
  };
}

async function loginForm({ clientId, login, loginUrl }: Environment['salesforce']): Promise<URLSearchParams> {
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
    .setExpirationTime(ASSERTION_LIFETIME)
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
