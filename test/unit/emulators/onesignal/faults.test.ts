import { once } from 'node:events';
import { connect } from 'node:net';
import { type Subject, startSubject } from './emulator-under-test.ts';

let onesignal: Subject;

beforeEach(async () => {
  onesignal = await startSubject();
  onesignal.seedUser({ externalId: 'a' });
});

afterEach(() => onesignal.close());

const tags = (stage: string) => ({ properties: { tags: { sf_stage: stage } } });
const patch = (stage: string) => onesignal.ask('PATCH', 'users/by/external_id/a', tags(stage));
const stage = () => onesignal.users.byExternalId('a')?.tags.sf_stage;

test('an ordered answer is given so many times, to what matches, and nothing is applied', async () => {
  onesignal.faults.answer(1, { status: 500, body: { errors: ['oops'] } }, { method: 'PATCH', path: /external_id\/a$/ });
  expect((await onesignal.ask('GET', 'users/by/external_id/a')).status).toBe(200);
  expect(await patch('mql')).toMatchObject({ status: 500, body: { errors: ['oops'] } });
  expect(stage()).toBeUndefined();
  onesignal.wait(1_000);
  expect((await patch('mql')).status).toBe(202);
});

// https://documentation.onesignal.com/reference/rest-api-overview : a request that timed out may still be processed.
test('a dropped answer leaves the write applied', async () => {
  onesignal.faults.dropAnswerAfterApply(1);
  await expect(patch('mql')).rejects.toThrow();
  expect(stage()).toBe('mql');
  expect(onesignal.stats.count('update_user', 'dropped')).toBe(1);
  expect(onesignal.history('a')).toHaveLength(1);
});

test('a late write lands after a newer one and undoes it', async () => {
  onesignal.faults.applyLate(1, 50);
  await expect(patch('mql')).rejects.toThrow();
  onesignal.wait(1_000);
  expect((await patch('sql')).status).toBe(202);
  expect(stage()).toBe('sql');
  while (onesignal.history('a').length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(stage()).toBe('mql');
  const [newer, late] = onesignal.history('a');
  expect((newer?.receivedAt ?? 0) - (late?.receivedAt ?? 0)).toBe(1_000);
});

test('a hung request gets no answer, and the emulator can still be closed', async () => {
  onesignal.faults.hang(1);
  const { hostname, port } = new URL(onesignal.url);
  const socket = connect(Number(port), hostname);
  let answered = false;
  socket.on('data', () => {
    answered = true;
  });
  socket.write('GET /apps/x HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  answered = false;
  const hung = expect(patch('mql')).rejects.toThrow();
  while (onesignal.stats.count('update_user', 'hung') === 0) await new Promise((resolve) => setImmediate(resolve));
  const closed = once(socket, 'close');
  await onesignal.close();
  await Promise.all([hung, closed]);
  expect(answered).toBe(false);
  expect(stage()).toBeUndefined();
});

// OneSignal's API description: a 503 may be empty or not JSON.
test('while down, everything is answered with 503 in HTML', async () => {
  onesignal.faults.down();
  const answer = await patch('mql');
  expect(answer).toMatchObject({ status: 503, body: expect.stringContaining('<html>') });
  expect(answer.headers.get('content-type')).toBe('text/html');
  onesignal.faults.up();
  onesignal.wait(1_000);
  expect((await patch('mql')).status).toBe(202);
});

test('a revoked key answers 401 and a forbidden call 403 until it is put right', async () => {
  onesignal.faults.unauthorized(true);
  expect(await patch('mql')).toMatchObject({ status: 401, body: { errors: [{ code: 'auth-1' }] } });
  onesignal.faults.unauthorized(false);
  onesignal.faults.forbidden(true, { call: 'update_user' });
  onesignal.wait(1_000);
  expect(await patch('mql')).toMatchObject({ status: 403, body: { errors: ['Forbidden'] } });
  expect((await onesignal.ask('GET', 'users/by/external_id/a')).status).toBe(200);
  onesignal.faults.forbidden(false);
  onesignal.wait(1_000);
  expect((await patch('mql')).status).toBe(202);
});

test('clear takes back what is still to come', async () => {
  onesignal.faults.answer(5, { status: 500 });
  onesignal.faults.down();
  onesignal.faults.clear();
  expect((await patch('mql')).status).toBe(202);
});

test('requests are counted by call and status, writes are kept in order with their time', async () => {
  await patch('mql');
  onesignal.wait(1_000);
  await patch('sql');
  await onesignal.ask('PATCH', 'users/by/external_id/nobody', tags('mql'));
  expect(onesignal.stats).toMatchObject({ requests: 3, byCall: { update_user: { 202: 2, 404: 1 } } });
  expect(onesignal.stats.count('update_user')).toBe(3);
  const history = onesignal.history('a');
  expect(history.map(({ body }) => body)).toEqual([tags('mql'), tags('sql')]);
  expect((history[1]?.receivedAt ?? 0) - (history[0]?.receivedAt ?? 0)).toBe(1_000);
});

test('the history of a user ends with its delete and goes on with the next user of that external id', async () => {
  await onesignal.ask('DELETE', 'users/by/external_id/a');
  onesignal.wait(1_000);
  await onesignal.ask('POST', 'users', { identity: { external_id: 'a' } });
  expect(onesignal.history('a').map(({ call }) => call)).toEqual(['delete_user', 'create_user']);
});
