import { readEnvironment } from '../../../../relay/config/environment.ts';
import { RelayError } from '../../../../relay/config/relay-error.ts';
import type { EngagementEvent } from '../../../../relay/mapping/engagement.ts';
import type { EngagementIntake } from '../../../../relay/pipeline/engagement/engagement-intake.ts';
import { startHttpServer } from '../../../../relay/server/http-server.ts';
import { webhookRoutes } from '../../../../relay/server/webhook/onesignal-webhook.ts';
import { createMetrics } from '../../../../relay/telemetry/metrics.ts';

const TOKEN = 'a-token-of-the-webhook';
const EVENT = { v: 1, kind: 'message.email.clicked', id: 'e-1', ts: '1764000000', external_id: 'user-1' };

interface Sent {
  body?: unknown;
  text?: string;
  token?: string | null;
  headers?: Record<string, string>;
}

class Site {
  readonly taken: EngagementEvent[] = [];
  readonly metrics = createMetrics();
  fault: Error | undefined;
  isOpen = true;
  url = '';
  close: () => Promise<void> = () => Promise.resolve();

  async start(variables: Record<string, string> = { RELAY_WEBHOOK_TOKEN: TOKEN }): Promise<this> {
    const environment = readEnvironment({ ...NEEDED, ...variables }, String);
    const intake: EngagementIntake = {
      take: async (event) => {
        if (this.fault !== undefined) throw this.fault;
        this.taken.push(event);
      },
    };
    const server = await startHttpServer({
      ...environment.server,
      version: '9.9.9',
      readiness: () => ({ isReady: true, reasons: [], warnings: [] }),
      metrics: this.metrics,
      beforeMetrics: () => Promise.resolve(),
      routes: webhookRoutes(environment, {
        intake: () => (this.isOpen ? intake : undefined),
        metrics: this.metrics,
      }),
    });
    this.url = `${server.url}/webhooks/onesignal`;
    this.close = server.close;
    return this;
  }

  async send({ body = EVENT, text = JSON.stringify(body), token = TOKEN, headers = {} }: Sent = {}) {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        connection: 'close',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: text,
    });
    const answer = await response.text();
    const code = answer.startsWith('{') ? (JSON.parse(answer) as { code: string }).code : undefined;
    return { status: response.status, code, answer };
  }
}

const NEEDED = {
  SALESFORCE_LOGIN_URL: 'https://acme.my.salesforce.com',
  SALESFORCE_CLIENT_ID: 'id',
  SALESFORCE_CLIENT_SECRET: 'secret',
  ONESIGNAL_APP_ID: '6f1d4c1e-0d7a-4c55-9f0a-2a1c2b7c9e11',
  ONESIGNAL_API_KEY: 'key',
  PORT: '0',
};

let site: Site;
afterEach(() => site.close());

test('an event with the token is taken, and is answered once it is kept', async () => {
  site = await new Site().start();
  expect(await site.send()).toMatchObject({ status: 204 });
  expect(site.taken).toEqual([
    {
      id: 'e-1',
      channel: 'email',
      what: 'clicked',
      at: 1_764_000_000_000,
      externalId: 'user-1',
      onesignalId: null,
      messageId: null,
      messageName: null,
    },
  ]);
  expect(await site.metrics.registry.metrics()).toContain('relay_webhook_requests_total{status="204"} 1');
});

test('without the variable there is no webhook', async () => {
  site = await new Site().start({});
  expect(await site.send()).toMatchObject({ status: 404 });
});

test.each([
  ['no token', null],
  ['another token of the same length', TOKEN.replace('a', 'b')],
  ['the beginning of the token', TOKEN.slice(0, -1)],
  ['more than the token', `${TOKEN}x`],
])('%s is refused, and nothing is taken', async (_what, token) => {
  site = await new Site().start();
  const { status, code, answer } = await site.send({ token });
  expect([status, code, site.taken]).toEqual([401, 'WEBHOOK_TOKEN_REFUSED', []]);
  expect(answer).not.toContain(TOKEN);
});

test('who guesses is held up after a while, and who has the token is not', async () => {
  site = await new Site().start();
  const guesses: number[] = [];
  for (let guess = 0; guess < 62; guess++) guesses.push((await site.send({ token: `guess ${guess}` })).status);
  expect([guesses.filter((status) => status === 401).length, guesses.at(-1)]).toEqual([60, 429]);
  expect(await site.send()).toMatchObject({ status: 204 });
});

test('an honest burst is taken as a whole', async () => {
  site = await new Site().start();
  const burst = Array.from({ length: 300 }, (_, n) => site.send({ body: { ...EVENT, id: `e-${n}` } }));
  expect(new Set((await Promise.all(burst)).map(({ status }) => status))).toEqual(new Set([204]));
  expect(site.taken).toHaveLength(300);
});

test.each([
  ['no JSON', { text: '{"v":1,"kind":"message.email.sent","id":"a "quote""}' }, 400],
  ['an empty body', { text: '' }, 400],
  ['a list', { body: [EVENT] }, 400],
  ['a text', { body: 'x' }, 400],
  ['no id', { body: { ...EVENT, id: '' } }, 400],
  ['an id that is no text', { body: { ...EVENT, id: {} } }, 400],
  ['no time', { body: { ...EVENT, ts: '' } }, 400],
  ['a time beyond all times', { body: { ...EVENT, ts: 1e300 } }, 400],
  ['a name without end', { body: { ...EVENT, message_name: 'x'.repeat(3_000) } }, 400],
  ['a body that is too large', { text: JSON.stringify({ ...EVENT, extra: 'x'.repeat(70_000) }) }, 413],
  ['a body in a coding that nobody knows', { headers: { 'content-encoding': 'weird' } }, 415],
])('%s costs that request an error with a code, and nothing else', async (_what, sent, expected) => {
  site = await new Site().start();
  const { status, code } = await site.send(sent);
  expect([status, code, site.taken]).toEqual([expected, 'WEBHOOK_BODY_REFUSED', []]);
  expect(await site.send()).toMatchObject({ status: 204 });
});

test('a kind that says nothing here is no error: OneSignal would switch the stream off', async () => {
  site = await new Site().start();
  expect(await site.send({ body: { ...EVENT, kind: 'message.live_activity.sent' } })).toMatchObject({ status: 204 });
  expect(await site.send({ body: { ...EVENT, kind: 'constructor' } })).toMatchObject({ status: 204 });
  expect(site.taken).toEqual([]);
});

test('while the store can’t take it OneSignal is to send it again', async () => {
  site = await new Site().start();
  site.fault = new RelayError('STORE_FAILED', 'The store can’t do its work.');
  expect(await site.send()).toMatchObject({ status: 503, code: 'STORE_FAILED' });
  site.isOpen = false;
  expect(await site.send()).toMatchObject({ status: 503, code: 'WEBHOOK_NOT_READY' });
});

test('a defect costs its request an answer that says nothing of the code', async () => {
  site = await new Site().start();
  site.fault = new Error('secret detail');
  const { status, answer } = await site.send();
  expect([status, answer.includes('secret')]).toEqual([500, false]);
});

describe('networks', () => {
  const start = (variables: Record<string, string>) =>
    new Site().start({ RELAY_WEBHOOK_TOKEN: TOKEN, ...variables }).then((started) => {
      site = started;
    });
  const from = (address: string) => site.send({ headers: { 'x-forwarded-for': address } });

  test('only those that are listed may send', async () => {
    await start({ RELAY_WEBHOOK_NETWORKS: '203.0.113.0/24' });
    expect(await site.send()).toMatchObject({ status: 403, code: 'WEBHOOK_NETWORK_REFUSED' });
    await site.close();
    await start({ RELAY_WEBHOOK_NETWORKS: '203.0.113.0/24, 127.0.0.0/8' });
    expect(await site.send()).toMatchObject({ status: 204 });
  });

  test('what a sender claims counts only where a proxy is trusted', async () => {
    await start({ RELAY_WEBHOOK_NETWORKS: '203.0.113.0/24' });
    expect(await from('203.0.113.7')).toMatchObject({ status: 403 });
    await site.close();
    await start({ RELAY_WEBHOOK_NETWORKS: '203.0.113.0/24', RELAY_TRUST_PROXY: '1' });
    expect(await from('203.0.113.7')).toMatchObject({ status: 204 });
    expect(await from('203.0.113.7, 198.51.100.1')).toMatchObject({ status: 403 });
    await site.close();
    await start({ RELAY_WEBHOOK_NETWORKS: '203.0.113.0/24', RELAY_TRUST_PROXY: '127.0.0.0/8' });
    expect(await from('203.0.113.7')).toMatchObject({ status: 204 });
  });
});
