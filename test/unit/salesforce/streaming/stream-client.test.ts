import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import jsforce from 'jsforce';
import { type StreamClient, startStreamClient } from '../../../../relay/salesforce/streaming/stream-client.ts';
import type { StreamEnd } from '../../../../relay/salesforce/streaming/stream-ends.ts';

interface Message {
  channel: string;
  id: string;
}

let server: Server;
let client: StreamClient | undefined;
let connects = 0;
afterEach(async () => {
  await client?.stop();
  server.closeAllConnections();
  server.close();
});

/** A server that shakes hands and answers polls, and never says a word about the subscription. */
async function serveWithoutAcknowledging(): Promise<string> {
  server = createServer(async (request, response) => {
    // faye probes for a WebSocket.
    if (request.method !== 'POST') return void response.writeHead(400).end();
    const messages = (await json(request)) as Message[];
    const replies = messages.flatMap(({ channel, id }): object[] => {
      if (channel === '/meta/handshake')
        return [{ channel, id, successful: true, clientId: 'c', supportedConnectionTypes: ['long-polling'] }];
      if (channel !== '/meta/connect') return [];
      connects += 1;
      return [{ channel, id, successful: true, advice: { reconnect: 'retry', interval: 20, timeout: 1_000 } }];
    });
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(replies));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a subscription that is never acknowledged counts as silence, however well polls are answered', async () => {
  const instanceUrl = await serveWithoutAcknowledging();
  const { promise, resolve } = Promise.withResolvers<StreamEnd>();
  client = startStreamClient({
    connection: new jsforce.Connection({ instanceUrl, accessToken: 'token', version: '67.0' }),
    channel: '/event/A__e',
    cursor: undefined,
    timing: { firstAnswerMs: 3_000, nextConnectMs: 60_000, intakeMs: 60_000, writesPerSecond: 1_000 },
    onEvents: () => Promise.resolve(),
    onSubscribed: () => undefined,
    onAlive: () => undefined,
    onEnd: resolve,
  });
  expect(await promise).toBe('silent');
  expect(connects).toBeGreaterThan(1);
});
