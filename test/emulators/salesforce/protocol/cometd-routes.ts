import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { newestVersion, oldestVersion, servedVersion } from './api-versions.ts';
import type { BayeuxMessage } from './bayeux-replies.ts';
import type { CometdAnswer, CometdServer } from './cometd-server.ts';
import type { EmulatedOrg } from './emulated-org.ts';
import { isObject } from './sent-fields.ts';

/** https://developer.salesforce.com/docs/platform/api-streaming/guide/streaming-error-codes.html */
const largestBody = 32_768;
const uriFormat = `URI format: '/cometd/${newestVersion}.0'`;

/** POST /cometd/NN.0, with or without the channel's name behind it. */
export function cometdRoutes(emulated: EmulatedOrg, server: CometdServer): Router {
  const router = Router();
  const readText = express.text({ type: () => true, limit: largestBody });
  router.all(['/cometd', '/cometd/{*rest}'], countRequest(emulated), readText, refuseLargeBody);
  router.post('/cometd/:version{/*message}', async (request, response) => {
    const version = servedVersion(String(request.params.version));
    if (version === undefined) {
      const text = `Unsupported API version. Only API versions '${oldestVersion}.0' and later are supported. ${uriFormat}`;
      sendBadRequest(response, text);
      return;
    }
    const messages = readMessages(request.body);
    if (!messages) {
      sendBadRequest(response, 'Cannot parse the request as Bayeux messages');
      return;
    }
    const answer = await server.answer(messages, {
      version,
      token: emulated.tokens.fromHeader(request.headers.authorization),
      tokenWasSent: request.headers.authorization !== undefined,
      cookie: /(?:^|;\s*)BAYEUX_BROWSER=([^;]+)/.exec(request.headers.cookie ?? '')?.[1],
    });
    sendAnswer(emulated, response, answer);
  });
  router.post('/cometd', (_request, response) => {
    sendBadRequest(response, `API version in the URI is mandatory. ${uriFormat}`);
  });
  // Also where faye's WebSocket probe ends: Salesforce has long polling only.
  router.all(['/cometd', '/cometd/{*rest}'], (_request, response) => sendBadRequest(response, 'Bad Request'));
  return router;
}

function countRequest(emulated: EmulatedOrg) {
  return (_request: Request, _response: Response, next: NextFunction): void => {
    emulated.stats.cometdRequests += 1;
    if (emulated.countsPolls) emulated.apiCalls.take();
    next();
  };
}

function refuseLargeBody(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  const isTooLarge = isObject(error) && error.status === 413;
  if (isTooLarge) response.status(413).type('text').send('Maximum Request Size Exceeded');
  else next(error);
}

function sendBadRequest(response: Response, text: string): void {
  response.status(400).type('text').send(`400::${text}`);
}

function readMessages(body: unknown): BayeuxMessage[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(String(body));
  } catch {
    return undefined;
  }
  const list = Array.isArray(parsed) ? parsed : [parsed];
  return list.every(isMessage) ? list : undefined;
}

function isMessage(value: unknown): value is BayeuxMessage {
  return isObject(value) && typeof value.channel === 'string';
}

function sendAnswer(emulated: EmulatedOrg, response: Response, answer: CometdAnswer): void {
  // Half-open: no byte, and the socket stays until close().
  if (answer.kind === 'silence' || response.destroyed) return;
  if (answer.kind === 'superseded') {
    response.status(408).end();
    return;
  }
  // No Secure attribute, unlike Salesforce: the emulator speaks plain HTTP.
  if (answer.setCookie) response.set('Set-Cookie', `BAYEUX_BROWSER=${answer.setCookie};Path=/cometd/;HttpOnly`);
  const { faults } = emulated;
  if (answer.hasConnect && faults.nullReplies > 0) {
    faults.nullReplies -= 1;
    answer.replies.unshift(null);
  }
  if (answer.hasConnect && faults.cutReplies > 0) {
    faults.cutReplies -= 1;
    cutInHalf(response, JSON.stringify(answer.replies));
  } else if (answer.hasConnect && faults.drip.times > 0) {
    faults.drip.times -= 1;
    drip(response, JSON.stringify(answer.replies), faults.drip.everyMs);
  } else if (emulated.faults.takeLostReply('cometd')) response.socket?.destroy();
  else response.json(answer.replies);
}

/** Never silent, and not done for a long time. */
function drip(response: Response, body: string, everyMs: number): void {
  response.set({ 'Content-Type': 'application/json;charset=UTF-8' });
  let sent = 0;
  const timer = setInterval(() => {
    response.write(body.slice(sent, sent + 1));
    sent += 1;
    if (sent < body.length) return;
    clearInterval(timer);
    response.end();
  }, everyMs);
  response.on('close', () => clearInterval(timer));
}

function cutInHalf(response: Response, body: string): void {
  response.set({ 'Content-Type': 'application/json;charset=UTF-8', 'Content-Length': String(Buffer.byteLength(body)) });
  response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
}
