import { type ServedSession, serveSession } from './served-session.ts';

let served: ServedSession;
afterEach(() => served.close());

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
