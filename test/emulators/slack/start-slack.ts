import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What an incoming webhook answers when it does not take a message, in its own words.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors and, for the statuses,
 * https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
 */
const REFUSALS = {
  invalid_payload: 400,
  action_prohibited: 403,
  no_service: 404,
  channel_is_archived: 410,
  rollup_error: 500,
} as const;

export type Refusal = keyof typeof REFUSALS;

/** Slack's incoming webhook for one channel. */
export interface SlackEmulator {
  /** A secret, as the real one's. */
  webhook: string;
  /** Texts of the messages that were taken, oldest first. */
  messages: string[];
  /** Requests, taken or not. */
  readonly requests: number;
  /** Answers the next `times` messages so, and posts none of them. */
  refuse(times: number, refusal: Refusal): void;
  /** Limits the next `times` messages. https://docs.slack.dev/apis/web-api/rate-limits */
  limit(times: number, retryAfterSeconds: number): void;
  /** Breaks the next `times` connections before an answer; the message is not posted. */
  drop(times: number): void;
  close(): Promise<void>;
}

type Fault = { kind: 'refusal'; refusal: Refusal } | { kind: 'limit'; seconds: number } | { kind: 'drop' };

/** The path of a webhook: workspace, app, and the secret part. */
const PATH = '/services/T00000000/B00000000/emulatedSecretPart';

export async function startSlack(): Promise<SlackEmulator> {
  const messages: string[] = [];
  const faults: Fault[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    void answer(request, response, { fault: faults.shift(), post: (text) => void messages.push(text) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const order = (times: number, fault: Fault) => {
    for (let n = 0; n < times; n += 1) faults.push(fault);
  };
  return {
    webhook: `http://127.0.0.1:${port}${PATH}`,
    messages,
    get requests() {
      return requests;
    },
    refuse: (times, refusal) => order(times, { kind: 'refusal', refusal }),
    limit: (times, seconds) => order(times, { kind: 'limit', seconds }),
    drop: (times) => order(times, { kind: 'drop' }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { fault, post }: { fault: Fault | undefined; post: (text: string) => void },
): Promise<void> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const refuse = (status: number, word: string, headers: Record<string, string> = {}) =>
    void response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(word);
  if (fault?.kind === 'drop') return void request.socket.destroy();
  if (fault?.kind === 'limit') return refuse(429, 'rate_limited', { 'retry-after': String(fault.seconds) });
  if (fault?.kind === 'refusal') return refuse(REFUSALS[fault.refusal], fault.refusal);
  if (request.method !== 'POST' || request.url !== PATH) return refuse(404, 'no_service');
  const text = textOf(request.headers['content-type'], body);
  if (text === undefined) return refuse(400, 'invalid_payload');
  if (text === '') return refuse(400, 'no_text');
  post(text);
  refuse(200, 'ok');
}

/** @returns undefined where the body is not what its type says */
function textOf(type: string | undefined, body: string): string | undefined {
  if (type?.split(';')[0] !== 'application/json') return undefined;
  try {
    const payload: unknown = JSON.parse(body);
    if (typeof payload !== 'object' || payload === null) return undefined;
    return 'text' in payload && typeof payload.text === 'string' ? payload.text : '';
  } catch {
    return undefined;
  }
}
