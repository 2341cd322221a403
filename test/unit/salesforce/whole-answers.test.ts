import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSession } from '../../../relay/salesforce/session.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function sessionWith(answer: (path: string) => { whole: string; sent: string }) {
  server = createServer((request, response) => {
    const { whole, sent } = answer(request.url ?? '');
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(whole) });
    if (sent === whole) response.end(sent);
    else response.write(sent, () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const instanceUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const orgId = '00D000000000001AAA';
  const token = {
    accessToken: 'token',
    instanceUrl,
    orgId,
    serverTime: undefined,
    userId: undefined,
    scopes: undefined,
  };
  const session = createSession({ apiVersion: '67.0', requestToken: () => Promise.resolve(token) });
  await session.open();
  return session;
}

const QUERY = { call: 'query', method: 'GET', url: '/query?q=x' } as const;

test('an answer that breaks off in its middle is no answer, and ends nothing', async () => {
  const whole = JSON.stringify({ done: true, records: [] });
  const session = await sessionWith(() => ({ whole, sent: whole.slice(0, 10) }));
  await expect(session.request(QUERY)).rejects.toMatchObject({ code: 'SALESFORCE_UNREACHABLE' });
});

test('a long answer comes whole', async () => {
  const records = Array.from({ length: 2_000 }, (_, n) => ({ Id: n, Name: 'é'.repeat(500) }));
  const whole = JSON.stringify({ done: true, records });
  const session = await sessionWith(() => ({ whole, sent: whole }));
  expect(await session.request(QUERY)).toEqual({ done: true, records });
});
