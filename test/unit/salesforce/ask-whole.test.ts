import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { askWhole } from '../../../relay/salesforce/ask-whole.ts';
import { type ServedSession, serveSession } from './served-session.ts';

let served: ServedSession | undefined;
afterEach(() => served?.close());

async function sessionWith({ whole, sent }: { whole: string; sent: string }) {
  served = await serveSession((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(whole) });
    if (sent === whole) response.end(sent);
    else response.write(sent, () => response.destroy());
  });
  return served.session;
}

const QUERY = { call: 'query', method: 'GET', url: '/query?q=x' } as const;

test('an answer that breaks off in its middle is no answer, and ends nothing', async () => {
  const whole = JSON.stringify({ done: true, records: [] });
  const session = await sessionWith({ whole, sent: whole.slice(0, 10) });
  await expect(session.request(QUERY)).rejects.toMatchObject({ code: 'SALESFORCE_UNREACHABLE' });
});

test('a long answer comes whole', async () => {
  const records = Array.from({ length: 2_000 }, (_, n) => ({ Id: n, Name: 'é'.repeat(500) }));
  const whole = JSON.stringify({ done: true, records });
  const session = await sessionWith({ whole, sent: whole });
  expect(await session.request(QUERY)).toEqual({ done: true, records });
});

test('an answer that Salesforce has compressed is read as it was', async () => {
  const records = [{ Id: 1, Name: 'é'.repeat(500) }];
  let accepted: string | string[] | undefined;
  served = await serveSession((request, response) => {
    accepted = request.headers['accept-encoding'];
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(gzipSync(JSON.stringify({ done: true, records })));
  });
  expect(await served.session.request(QUERY)).toEqual({ done: true, records });
  expect(accepted).toBe('gzip');
});

test.each([
  ['nothing', () => undefined],
  ['the head alone', (response: ServerResponse) => void response.writeHead(200).write(' ')],
])('an answer of which %s has come when its time is over is none', async (_name, begin) => {
  const server = createServer((_request, response) => begin(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const asking = askWhole({ method: 'GET', url, headers: {}, body: null }, 50);
  await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
  server.closeAllConnections();
  server.close();
});
