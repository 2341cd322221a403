/**
 * OneSignal's answers that refuse, in its differing shapes: `errors` as texts or as objects, by endpoint and not by
 * status. https://documentation.onesignal.com/reference/rest-api-overview and OneSignal's API description (11.6).
 */
export interface Answer {
  status: number;
  /** An object is sent as JSON, a string as it is. */
  body: unknown;
  headers?: Record<string, string>;
}

/** `{"errors":[{code,title,meta?}]}`: the users endpoints. */
export function codedError(status: number, code: string, title: string, meta?: Record<string, unknown>): Answer {
  return { status, body: { errors: [meta ? { code, title, meta } : { code, title }] } };
}

/** `{"errors":["text"]}`: older endpoints, and whatever is refused before an endpoint sees it. */
export function textError(status: number, text: string): Answer {
  return { status, body: { errors: [text] } };
}

/** The code of a 400 isn't published (only `request-1` is): nobody may branch on this one. */
export function badRequest(title: string): Answer {
  return codedError(400, 'invalid-request', title);
}

export function invalidUuid(field: string, value: string): Answer {
  return codedError(400, 'request-1', 'Invalid UUID', { [field]: value });
}

/** https://github.com/OneSignal/onesignal-node-api/issues/68: View user of an unknown user has the body `{}`. */
export function unknownUserOnView(): Answer {
  return { status: 404, body: {} };
}

export function unknownUser(): Answer {
  return codedError(404, 'user-1', 'User not found');
}

export function unknownSubscription(): Answer {
  return codedError(404, 'subscription-0', 'Subscription not found');
}

export function missingAuthorization(): Answer {
  return codedError(401, 'auth-1', "This operation requires 'Authorization' in the HTTP header");
}

export function conflictingAliases(aliases: Record<string, string>): Answer {
  return codedError(409, 'Conflict', 'Conflicting aliases', { conflicting_aliases: aliases });
}

/** The flat `meta` of https://github.com/OneSignal/OneSignal-Flutter-SDK/issues/714 */
export function claimedAliases(aliases: Record<string, string>): Answer {
  return codedError(409, 'user-2', 'One or more Aliases claimed by another User', aliases);
}

export function tagLimit(): Answer {
  return codedError(
    409,
    'entitlements-tag-limit',
    "The tags for this user exceed the limit for this organization's plan.",
  );
}

export function serviceUnavailable(): Answer {
  return {
    status: 503,
    body: '<html><head><title>503 Service Temporarily Unavailable</title></head><body>cloudflare</body></html>',
    headers: { 'content-type': 'text/html' },
  };
}

/**
 * The three bodies that OneSignal's pages show for a 429, one after another.
 * https://documentation.onesignal.com/reference/rate-limits ; `limit` names the limiter and is only known for the app.
 */
export function rateLimitAnswers(): (isApp: boolean, retryAfterSeconds: number) => Answer {
  let turn = 0;
  return (isApp, retryAfterSeconds) => {
    const bodies = [
      { errors: ['API rate limit exceeded.'] },
      isApp ? { errors: ['API rate limit exceeded'], limit: 'App ID' } : { errors: ['API rate limit exceeded'] },
      { errors: [{ code: 'Rate Limit Exceeded', title: 'API rate limit exceeded' }] },
    ];
    const body = bodies[turn++ % bodies.length];
    return { status: 429, body, headers: { 'retry-after': String(retryAfterSeconds) } };
  };
}
