import { createHash, createHmac, createPublicKey, timingSafeEqual } from 'node:crypto';
import express, { type Request, type Response, Router } from 'express';
import { compactVerify, decodeJwt } from 'jose';
import type { OrgUser } from '../org-contract.ts';
import type { EmulatedOrg, OAuthApp } from './emulated-org.ts';

/** A refusal of the token endpoint: HTTP 400 with `error` and `error_description`. */
class OAuthRefusal extends Error {
  readonly code: string;
  constructor(code: string, description: string) {
    super(description);
    this.code = code;
  }
}

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Salesforce wants a short-lived assertion: 3 to 5 minutes ahead at most. */
const longestAssertionMs = 5 * 60_000;

type Grant = (emulated: EmulatedOrg, request: Request) => Promise<{ user: OrgUser; app: OAuthApp }>;
/** The password grant isn't here on purpose: external client apps don't have it, and it retires in 2027. */
const grants: Record<string, Grant> = {
  [jwtBearer]: grantByAssertion,
  client_credentials: grantByClientCredentials,
};

/** The token endpoint and the identity URLs. https://help.salesforce.com/s/articleView?id=000886201 */
export function oauthRoutes(emulated: EmulatedOrg): Router {
  const router = Router();
  router.post('/services/oauth2/token', express.urlencoded({ extended: false }), async (request, response) => {
    emulated.stats.count('token');
    try {
      const grantType = formField(request, 'grant_type');
      const grant = Object.hasOwn(grants, grantType) ? grants[grantType] : undefined;
      if (!grant) throw new OAuthRefusal('unsupported_grant_type', 'grant type not supported');
      const { user, app } = await grant(emulated, request);
      sendToken(emulated, response, user, app);
    } catch (error) {
      if (!(error instanceof OAuthRefusal)) throw error;
      response.status(400).json({ error: error.code, error_description: error.message });
    }
  });
  router.post('/services/oauth2/revoke', express.urlencoded({ extended: false }), (request, response) => {
    const token = emulated.tokens.fromHeader(`Bearer ${formField(request, 'token')}`);
    if (token) token.revoked = true;
    if (token) response.status(200).end();
    else response.status(400).json({ error: 'invalid_token', error_description: `invalid token` });
  });
  router.get(['/services/oauth2/userinfo', '/id/:org/:user'], (request, response) => {
    emulated.stats.count('identity');
    const token = emulated.tokens.fromHeader(request.headers.authorization);
    if (!token || emulated.tokens.hasAged(token)) response.status(403).type('text').send('Bad_OAuth_Token');
    else response.json(identity(emulated, token.user));
  });
  return router;
}

async function grantByAssertion(emulated: EmulatedOrg, request: Request): Promise<{ user: OrgUser; app: OAuthApp }> {
  const assertion = formField(request, 'assertion');
  const claims = readClaims(assertion);
  const app = emulated.apps.find((candidate) => candidate.clientId === claims.iss);
  if (!app?.publicKeyPem) throw new OAuthRefusal('invalid_client_id', 'client identifier invalid');
  await verifySignature(assertion, app.publicKeyPem);
  const audiences = ['https://login.salesforce.com', 'https://test.salesforce.com', emulated.url()];
  if (typeof claims.aud !== 'string' || !audiences.includes(claims.aud)) {
    throw new OAuthRefusal('invalid_grant', 'audience is invalid');
  }
  const aheadMs = (claims.exp ?? Number.NaN) * 1000 - emulated.clock();
  if (aheadMs <= 0) throw new OAuthRefusal('invalid_grant', 'expired authorization code');
  // NaN, an assertion without exp, fails here too.
  if (!(aheadMs <= longestAssertionMs)) throw new OAuthRefusal('invalid_grant', 'invalid assertion');
  return { user: approvedUser(emulated, app, claims.sub), app };
}

function readClaims(assertion: string): ReturnType<typeof decodeJwt> {
  try {
    return decodeJwt(assertion);
  } catch {
    throw new OAuthRefusal('invalid_grant', 'invalid assertion');
  }
}

async function verifySignature(assertion: string, publicKeyPem: string): Promise<void> {
  try {
    // Only the signature: the claims are judged by the org's clock and have Salesforce's own errors.
    await compactVerify(assertion, createPublicKey(publicKeyPem), { algorithms: ['RS256'] });
  } catch {
    throw new OAuthRefusal('invalid_grant', 'invalid assertion');
  }
}

function approvedUser(emulated: EmulatedOrg, app: OAuthApp, username: string | undefined): OrgUser {
  const user = username === undefined ? undefined : emulated.org.user(username);
  if (!user) throw new OAuthRefusal('invalid_grant', "user hasn't approved this consumer");
  if (!app.preauthorizedUsernames?.includes(user.username)) {
    throw new OAuthRefusal('invalid_app_access', 'user is not admin approved to access this app');
  }
  return user;
}

async function grantByClientCredentials(emulated: EmulatedOrg, request: Request) {
  const basic = /^Basic (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const [basicId, basicSecret] = basic ? Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s) : [];
  const clientId = basicId ?? formField(request, 'client_id');
  const secret = basicSecret ?? formField(request, 'client_secret');
  const app = emulated.apps.find((candidate) => candidate.clientId === clientId);
  if (!app) throw new OAuthRefusal('invalid_client_id', 'client identifier invalid');
  if (!app.clientSecret || !sameSecret(app.clientSecret, secret)) {
    throw new OAuthRefusal('invalid_client', 'invalid client credentials');
  }
  const user = app.runAs === undefined ? undefined : emulated.org.user(app.runAs);
  if (!user) throw new OAuthRefusal('invalid_grant', 'no client credentials user enabled');
  return { user, app };
}

function sameSecret(expected: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}

function sendToken(emulated: EmulatedOrg, response: Response, user: OrgUser, app: OAuthApp): void {
  const token = emulated.tokens.issue(user, app.clientId);
  const id = `${emulated.url()}/id/${emulated.org.id}/${user.id}`;
  const issuedAt = String(token.issuedAt);
  const signature = createHmac('sha256', app.clientSecret ?? app.clientId)
    .update(id + issuedAt)
    .digest('base64');
  response.set('Cache-Control', 'no-store').json({
    access_token: token.value,
    signature,
    scope: emulated.faults.scopes,
    instance_url: emulated.url(),
    id,
    token_type: 'Bearer',
    issued_at: issuedAt,
  });
}

function identity(emulated: EmulatedOrg, user: OrgUser) {
  return {
    id: `${emulated.url()}/id/${emulated.org.id}/${user.id}`,
    user_id: user.id,
    organization_id: emulated.org.id,
    username: user.username,
    preferred_username: user.username,
    active: true,
    urls: { rest: `${emulated.url()}/services/data/v{version}/` },
  };
}

function formField(request: Request, name: string): string {
  const body: unknown = request.body;
  const value = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === 'string' ? value : '';
}
