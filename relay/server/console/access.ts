import type { CookieOptions, NextFunction, Request, Response } from 'express';
import { z } from 'zod';
import { RelayError } from '../../config/relay-error.ts';
import { invalid } from './api-errors.ts';
import { createFailedAttempts } from './failed-attempts.ts';
import { createSessions, isSame } from './sessions.ts';

const COOKIE = 'relay_console';
/** Methods that change nothing. */
const SAFE = new Set(['GET', 'HEAD']);

const LOGIN = z.object({ token: z.string().max(1_000) });

export interface Clocks {
  /** Ms since 1970. */
  now: () => number;
  /** Ms on a clock that never jumps. */
  elapsed: () => number;
}

/** Who may use the API: whoever has the token, in a header or by a login. */
export interface Access {
  login(request: Request, response: Response): void;
  logout(request: Request, response: Response): void;
  /** Lets a request pass, or throws. */
  guard(request: Request, response: Response, next: NextFunction): void;
  /** Whether the one who sent it still may. */
  isAllowed(request: Request): boolean;
}

export function createAccess(token: string, { now, elapsed }: Clocks): Access {
  const sessions = createSessions(token, now);
  const attempts = createFailedAttempts(elapsed);

  const assertToken = (request: Request, given: string) => {
    const address = request.ip ?? '';
    if (!attempts.mayTry(address)) {
      throw new RelayError('CONSOLE_TOO_MANY_ATTEMPTS', 'Too many wrong tokens were tried; for now none is looked at.');
    }
    if (isSame(given, token)) return;
    attempts.failed(address);
    throw new RelayError('CONSOLE_LOGIN_REFUSED', 'This is not the token of this relay.');
  };
  const hasSession = (request: Request) => {
    const value = cookieOf(request);
    return value !== undefined && sessions.isValid(value);
  };

  return {
    login(request, response) {
      // A form of another site could log somebody in under another's eyes.
      if (isFromBrowser(request)) assertSameSite(request);
      const body = LOGIN.safeParse(request.body);
      if (!body.success) throw invalid('A login is {"token": "…"}.');
      assertToken(request, body.data.token);
      const { value, expiresAt } = sessions.begin();
      response.cookie(COOKIE, value, { ...cookieOptions(request), expires: new Date(expiresAt) });
      response.status(204).end();
    },
    logout(request, response) {
      if (hasSession(request)) assertSameSite(request);
      const value = cookieOf(request);
      if (value !== undefined) sessions.end(value);
      response.clearCookie(COOKIE, cookieOptions(request));
      response.status(204).end();
    },
    guard(request, _response, next) {
      const bearer = bearerOf(request);
      if (bearer !== undefined) assertToken(request, bearer);
      else if (!hasSession(request)) throw new RelayError('CONSOLE_LOGIN_NEEDED', 'Nobody is logged in.');
      else if (!SAFE.has(request.method)) assertSameSite(request);
      next();
    },
    isAllowed: (request) => bearerOf(request) !== undefined || hasSession(request),
  };
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '')?.[1];
}

function cookieOf(request: Request): string | undefined {
  const pairs = (request.get('cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

function cookieOptions(request: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', path: '/', secure: isHttps(request) };
}

/** Also where a proxy in front of the relay has it; who only says so gets a cookie that works over https alone. */
function isHttps(request: Request): boolean {
  return request.secure || request.get('x-forwarded-proto')?.split(',')[0]?.trim() === 'https';
}

function isFromBrowser(request: Request): boolean {
  return request.get('sec-fetch-site') !== undefined || request.get('origin') !== undefined;
}

/** https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site; older browsers send Origin alone. */
function assertSameSite(request: Request): void {
  const site = request.get('sec-fetch-site');
  const origin = request.get('origin') ?? '';
  const isSameOrigin =
    site === undefined ? URL.canParse(origin) && new URL(origin).host === request.get('host') : site === 'same-origin';
  if (!isSameOrigin) throw new RelayError('CONSOLE_OTHER_SITE', 'The request comes from another site.');
}
