import type { NextFunction, Request, Response } from 'express';
import type { OrgUser } from '../org-contract.ts';
import { servedVersion } from './api-versions.ts';
import type { EmulatedOrg } from './emulated-org.ts';
import { sendNotFound, sendRefusal } from './rest-refusal.ts';

/** What the gate found out about a request, for the routes behind it. */
export interface RestCaller {
  user: OrgUser;
  /** `/services/data/v67.0` */
  base: string;
}

const callers = new WeakMap<Request, RestCaller>();

export function callerOf(request: Request): RestCaller {
  const caller = callers.get(request);
  if (!caller) throw new Error('no caller: the REST gate did not run');
  return caller;
}

/**
 * Version, token and allocation, in this order. A spent allocation is HTTP 403 without Retry-After.
 * https://developer.salesforce.com/docs/platform/salesforce-app-limits-cheatsheet/guide/salesforce-app-limits-platform-api.html
 */
export function restGate(emulated: EmulatedOrg) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const caller = admit(emulated, request, response);
    if (!caller) return;
    callers.set(request, caller);
    next();
  };
}

/** The caller, or undefined once a refusal is sent. */
function admit(emulated: EmulatedOrg, request: Request, response: Response): RestCaller | undefined {
  const version = String(request.params.version);
  const token = emulated.tokens.fromHeader(request.headers.authorization);
  if (servedVersion(version) === undefined) {
    sendNotFound(request, response);
  } else if (!token || emulated.tokens.hasAged(token)) {
    response.set('WWW-Authenticate', 'Token');
    sendRefusal(response, 401, 'INVALID_SESSION_ID', 'Session expired or invalid');
  } else if (spendApiCall(emulated, response)) {
    return { user: token.user, base: `/services/data/v${version}` };
  } else {
    sendRefusal(response, 403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
  }
  return undefined;
}

/** Counts the call. @returns false once none is left */
export function spendApiCall({ apiCalls, stats }: EmulatedOrg, response: Response): boolean {
  const isLeft = apiCalls.remaining > 0;
  if (isLeft) apiCalls.take();
  stats.apiCalls += 1;
  response.set('Sforce-Limit-Info', `api-usage=${apiCalls.used}/${apiCalls.max}`);
  return isLeft;
}
