import type { OutgoingHttpHeaders, RequestListener } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type BulkPage, readBulkPage } from '../../../relay/salesforce/bulk-page.ts';
import { take } from './bulk-under-test.ts';
import { type ServedSession, serveSession } from './served-session.ts';

let served: ServedSession | undefined;
afterEach(() => served?.close());

const HEADERS = { 'content-type': 'text/csv', 'sforce-numberofrecords': '2', 'sforce-locator': 'null' };
const CSV = '"Id","Name"\n"1","a"\n"2","b"\n';

async function pageOf(answer: RequestListener): Promise<BulkPage> {
  served = await serveSession(answer);
  return readBulkPage(served.session, '750000000000001AAA');
}

const answering =
  (body: string | Buffer, headers: OutgoingHttpHeaders = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, { ...HEADERS, ...headers }).end(body);

/** Sends the body, and then neither more nor an end. */
const hanging =
  (body: string | Buffer, headers: OutgoingHttpHeaders = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, { ...HEADERS, ...headers }).write(body);

test('a page that Salesforce compressed is read as it is', async () => {
  const page = await pageOf(answering(gzipSync(CSV), { 'content-encoding': 'gzip' }));
  expect(await take(page.rows)).toEqual([
    { Id: '1', Name: 'a' },
    { Id: '2', Name: 'b' },
  ]);
});

test.each([
  ['with a row too many', answering(`${CSV}"3","c"\n`)],
  ['with a row too few', answering('"Id","Name"\n"1","a"\n')],
  ['without its header line', answering('"1","a"\n"2","b"\n')],
  ['with nothing', answering('')],
  ['with a row of another length', answering('"Id","Name"\n"1"\n"2","b"\n')],
  ['with a quote that does not end', answering('"Id","Name"\n"1","a"\n"2","b')],
  ['with a row longer than any record', answering(`"Id","Name"\n"1","${'x'.repeat(5_000_000)}"\n"2","b"\n`)],
])('a page %s is an error without a word of the data', async (_case, answer) => {
  const { rows } = await pageOf(answer);
  const error: unknown = await take(rows).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'SALESFORCE_REQUEST_FAILED', message: /^Salesforce (announced|sent) / });
});

test.each([
  ['broken', CSV, 'SALESFORCE_UNREACHABLE'],
  ['cut', gzipSync(CSV).subarray(0, 20), 'SALESFORCE_UNREACHABLE'],
])('a compressed page that is %s is an error', async (_case, body, code) => {
  const { rows } = await pageOf(answering(body, { 'content-encoding': 'gzip' }));
  await expect(take(rows)).rejects.toMatchObject({ code });
});

test.each([
  ['sforce-locator', undefined],
  ['sforce-locator', ''],
  ['sforce-numberofrecords', undefined],
  ['sforce-numberofrecords', 'many'],
])('a page whose %s is %p is refused: it might not be the last, or not whole', async (name, value) => {
  const { [name as keyof typeof HEADERS]: _, ...others } = HEADERS;
  const headers = value === undefined ? others : { ...others, [name]: value };
  const answer: RequestListener = (_request, response) => void response.writeHead(200, headers).end(CSV);
  await expect(pageOf(answer)).rejects.toMatchObject({ code: 'SALESFORCE_REQUEST_FAILED' });
});

test.each([
  ['', hanging('"Id","Name"\n"1","a"\n')],
  [', compressed', hanging(gzipSync(CSV).subarray(0, 20), { 'content-encoding': 'gzip' })],
])('a stop ends a page that does not go on%s', async (_case, answer) => {
  const { rows } = await pageOf(answer);
  const taking = take(rows);
  served?.session.abandon(0);
  await expect(taking).rejects.toMatchObject({ message: 'Salesforce did not answer before the stop.' });
});

test('a page is sent no faster than its rows are taken', async () => {
  const megabyte = `"1","${'x'.repeat(993)}"\n`.repeat(1_000);
  let sent = 0;
  const { rows, close } = await pageOf(async (_request, response) => {
    response.writeHead(200, { ...HEADERS, 'sforce-numberofrecords': '1000000' }).write('"Id","Name"\n');
    while (!response.destroyed) {
      const hasRoom = response.write(megabyte);
      sent += 1;
      await (hasRoom
        ? setImmediate()
        : new Promise((resolve) => response.once('drain', resolve).once('close', resolve)));
    }
  });
  for await (const _ of rows) {
    // A reader that takes what comes would have hundreds of megabytes by then.
    for (let turn = 0; turn < 5_000; turn += 1) await setImmediate();
    break;
  }
  close();
  // The kernel holds some megabytes of its own for each end of a connection.
  expect(sent).toBeLessThan(20);
});
