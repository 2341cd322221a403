import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { queryRows } from '../../../relay/salesforce/query.ts';
import { type ServedSession, serveSession } from './served-session.ts';

let elsewhere: Server;
let asked: string[];
let served: ServedSession | undefined;

beforeEach(async () => {
  asked = [];
  elsewhere = createServer((request, response) => {
    asked.push(String(request.headers.authorization));
    response.setHeader('content-type', 'application/json').end('{"totalSize":0,"done":true,"records":[]}');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  served?.close();
  elsewhere.closeAllConnections();
  elsewhere.close();
});

const url = () => `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/services/data/v67.0/query`;

async function query(answer: RequestListener) {
  served = await serveSession(answer);
  return queryRows(served.session, 'query', 'SELECT Id FROM Lead');
}

test.each([301, 302, 303, 307, 308])('a redirect (%d) takes the token nowhere', async (status) => {
  const refused = query((_request, response) => response.writeHead(status, { location: url() }).end());
  await expect(refused).rejects.toMatchObject({ code: 'SALESFORCE_REQUEST_FAILED' });
  expect(asked).toEqual([]);
});

test('a next page on another host is not asked for', async () => {
  const page = JSON.stringify({ totalSize: 2, done: false, records: [], nextRecordsUrl: url() });
  const refused = query((_request, response) => response.setHeader('content-type', 'application/json').end(page));
  await expect(refused).rejects.toMatchObject({ code: 'SALESFORCE_REQUEST_FAILED' });
  expect(asked).toEqual([]);
});
