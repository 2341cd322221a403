import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { Environment } from '../../config/environment.ts';
import type { ErrorCode } from '../../config/error-codes.ts';
import type { Networks } from '../../config/networks.ts';
import { isRelayError, RelayError } from '../../config/relay-error.ts';
import { readEngagementEvent } from '../../mapping/engagement.ts';
import type { EngagementIntake } from '../../pipeline/engagement/engagement-intake.ts';
import type { Metrics } from '../../telemetry/metrics.ts';

const WEBHOOK_PATH = '/webhooks/onesignal';

interface WebhookOptions {
  token: string;
  /** Only these may send; undefined: whoever has the token. */
  networks: Networks | undefined;
  /** Undefined while there is no store yet. */
  intake: () => EngagementIntake | undefined;
  metrics: Metrics;
}

/** An event has less than a kilobyte. */
const MOST_BYTES = '64kb';
const MINUTE_MS = 60_000;
/** A message to 100,000 people is as many requests, as fast as OneSignal makes them; the store takes more than that. */
const MOST_A_MINUTE = 120_000;
/** Requests without the token that one address gets an answer to. Those with it are never held up by them. */
const MOST_REFUSED_A_MINUTE = 60;

/**
 * `POST /webhooks/onesignal` takes one event of OneSignal's Event Streams and answers once it is in the store. OneSignal
 * disables a stream that fails for long, so only what can't be an event of the documented template gets an error.
 * https://documentation.onesignal.com/docs/en/event-streams
 */
function mountWebhook(app: Express, options: WebhookOptions): void {
  const { metrics } = options;
  const refused = limit(MOST_REFUSED_A_MINUTE);
  const taken = limit(MOST_A_MINUTE, 'all');
  const count: RequestHandler = (_request, response, next) => {
    response.on('finish', () => metrics.webhookRequests.inc({ status: String(response.statusCode) }));
    next();
  };
  app.post(
    WEBHOOK_PATH,
    count,
    onlyFrom(options.networks),
    onlyWith(options.token, refused),
    taken,
    // Whatever OneSignal calls it, it is JSON.
    express.json({ limit: MOST_BYTES, type: () => true }),
    (request: Request, response: Response) => take(request, response, options),
    onBadBody,
  );
}

/** The webhook, where the environment has its token. */
export function webhookRoutes(
  { webhook }: Pick<Environment, 'webhook'>,
  options: Pick<WebhookOptions, 'intake' | 'metrics'>,
): ((app: Express) => void)[] {
  return webhook === undefined ? [] : [(app) => mountWebhook(app, { ...webhook, ...options })];
}

async function take(request: Request, response: Response, { intake, metrics }: WebhookOptions): Promise<void> {
  const event = readEngagementEvent(request.body);
  if (event === undefined) {
    fail(response, 400, 'WEBHOOK_BODY_REFUSED', 'The body is no event.');
    return;
  }
  if (event === 'ignored') {
    metrics.engagementEvents.inc({ result: 'ignored_kind' });
    response.status(204).end();
    return;
  }
  const open = intake();
  if (open === undefined) {
    fail(response, 503, 'WEBHOOK_NOT_READY', 'The store is not open yet.');
    return;
  }
  try {
    await open.take(event);
    response.status(204).end();
  } catch (error) {
    if (!isRelayError(error)) throw error;
    fail(response, 503, error.code, error.message);
  }
}

function onlyFrom(networks: Networks | undefined): RequestHandler {
  return (request, response, next) => {
    if (networks === undefined || networks(request.ip ?? '')) next();
    else fail(response, 403, 'WEBHOOK_NETWORK_REFUSED', 'The address is none of those that may send events.');
  };
}

function onlyWith(token: string, limited: RequestHandler): RequestHandler {
  const expected = hash(`Bearer ${token}`);
  return (request, response, next) => {
    const given = hash(request.headers.authorization ?? '');
    if (timingSafeEqual(given, expected)) next();
    else
      void limited(request, response, () =>
        fail(response, 401, 'WEBHOOK_TOKEN_REFUSED', 'The token is missing or is not the relay’s.'),
      );
  };
}

/** Of one length, whatever was given. */
function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** @param key counts all requests as one sender's; without it each address has its own count */
function limit(most: number, key?: string): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: most,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    ...(key === undefined ? {} : { keyGenerator: () => key }),
    // Where a proxy stands before the relay is the environment's business, which is checked at start.
    validate: false,
    handler: (_request, response) => fail(response, 429, 'WEBHOOK_TOO_MANY', 'Too many requests within a minute.'),
  });
}

function onBadBody(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  if (response.headersSent || typeof status !== 'number' || status < 400 || status > 499) next(error);
  else
    fail(response, status, 'WEBHOOK_BODY_REFUSED', status === 413 ? 'The body is too large.' : 'The body is no JSON.');
}

function fail(response: Response, status: number, code: ErrorCode, message: string): void {
  const { nextStep } = new RelayError(code, message);
  response.status(status).json({ code, message, next: nextStep });
}
