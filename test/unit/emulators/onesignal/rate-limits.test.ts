// https://documentation.onesignal.com/reference/rate-limits
import { APP, type Subject, startSubject } from './emulator-under-test.ts';

let onesignal: Subject;

const open = async (...options: Parameters<typeof startSubject>) => {
  onesignal = await startSubject(...options);
};

afterEach(() => onesignal.close());

const patch = (alias: string) =>
  onesignal.ask('PATCH', `users/by/${alias}`, { properties: { tags: { sf_stage: 'mql' } } });

test('a second write to a user within 1,000 ms is a violation, at 1,000 ms it is not', async () => {
  await open();
  onesignal.seedUser({ externalId: 'a' });
  expect((await patch('external_id/a')).status).toBe(202);
  onesignal.wait(1_000);
  expect((await patch('external_id/a')).status).toBe(202);
  onesignal.wait(999);
  const refused = await patch('external_id/a');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(onesignal.violations).toMatchObject({
    user: 1,
    app: 0,
    view: 0,
    details: [{ limit: 'user', call: 'update_user', path: `/apps/${APP}/users/by/external_id/a`, sinceMs: 999 }],
  });
});

test('a user is one user under each alias, and alias writes share its limit', async () => {
  await open();
  const { onesignalId } = onesignal.seedUser({ externalId: 'a', aliases: { salesforce_id: '00Q1' } });
  const identity = { identity: { other: '1' } };
  expect((await patch('salesforce_id/00Q1')).status).toBe(202);
  expect((await patch(`onesignal_id/${onesignalId}`)).status).toBe(429);
  expect((await onesignal.ask('PATCH', 'users/by/external_id/a/identity', identity)).status).toBe(429);
  expect((await onesignal.ask('POST', 'users', { identity: { external_id: 'a' } })).status).toBe(429);
  expect((await onesignal.ask('DELETE', 'users/by/external_id/a')).status).toBe(429);
  expect(onesignal.violations.user).toBe(4);
  expect(onesignal.users.byExternalId('a')).toMatchObject({ aliases: { external_id: 'a', salesforce_id: '00Q1' } });
});

test('the create counts as a write to the user that it makes, and so does a try at a user that is not there', async () => {
  await open();
  expect((await patch('external_id/a')).status).toBe(404);
  const body = { identity: { external_id: 'a', salesforce_id: '00Q1' } };
  expect((await onesignal.ask('POST', 'users', body)).status).toBe(429);
  onesignal.wait(1_000);
  expect((await onesignal.ask('POST', 'users', body)).status).toBe(200);
  onesignal.wait(500);
  expect((await patch('salesforce_id/00Q1')).status).toBe(429);
});

test('asking again before Retry-After is over extends the wait', async () => {
  await open();
  onesignal.seedUser({ externalId: 'a' });
  await patch('external_id/a');
  onesignal.wait(900);
  expect((await patch('external_id/a')).status).toBe(429);
  onesignal.wait(900);
  expect((await patch('external_id/a')).status).toBe(429);
  onesignal.wait(1_000);
  expect((await patch('external_id/a')).status).toBe(202);
});

test('writes to different users do not hold each other up', async () => {
  await open();
  for (const externalId of ['a', 'b', 'c']) onesignal.seedUser({ externalId });
  const answers = [await patch('external_id/a'), await patch('external_id/b'), await patch('external_id/c')];
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  expect(onesignal.violations.user).toBe(0);
});

test('the limit of the app is a sliding window, not a bucket a calendar second', async () => {
  await open({ requestsPerSecond: 3 });
  const write = async (externalId: string) => (await patch(`external_id/${externalId}`)).status;
  expect(await write('a')).toBe(404);
  onesignal.wait(900);
  expect([await write('b'), await write('c')]).toEqual([404, 404]);
  expect(await write('d')).toBe(429);
  onesignal.wait(100);
  expect(await write('e')).toBe(429);
  onesignal.wait(899);
  expect(await write('f')).toBe(429);
  onesignal.wait(1);
  expect(await write('g')).toBe(404);
  expect(onesignal.violations).toMatchObject({ app: 3, user: 0 });
});

test('only one user a second can be viewed', async () => {
  await open();
  onesignal.seedUser({ externalId: 'a' });
  onesignal.seedUser({ externalId: 'b' });
  expect((await onesignal.ask('GET', 'users/by/external_id/a')).status).toBe(200);
  onesignal.wait(999);
  expect((await onesignal.ask('GET', 'users/by/external_id/b')).status).toBe(429);
  onesignal.wait(1_000);
  expect((await onesignal.ask('GET', 'users/by/external_id/b')).status).toBe(200);
  expect(onesignal.violations).toMatchObject({ view: 1, app: 0, user: 0 });
});

// The third shape is that of https://documentation.onesignal.com/openapi.json, the second has been seen on older pages.
test('the three known bodies of a 429 take turns', async () => {
  await open({ requestsPerSecond: 1 });
  await patch('external_id/first');
  const bodies = [await patch('external_id/b'), await patch('external_id/c'), await patch('external_id/d')];
  expect(bodies.map(({ body }) => body)).toEqual([
    { errors: ['API rate limit exceeded.'] },
    { errors: ['API rate limit exceeded'], limit: 'App ID' },
    { errors: [{ code: 'Rate Limit Exceeded', title: 'API rate limit exceeded' }] },
  ]);
});

test('a request that a fault answers counts for the limits too', async () => {
  await open();
  onesignal.seedUser({ externalId: 'a' });
  onesignal.faults.answer(1, { status: 500 });
  expect((await patch('external_id/a')).status).toBe(500);
  expect((await patch('external_id/a')).status).toBe(429);
});

test('only the first 20 violations are kept in detail', async () => {
  await open();
  onesignal.seedUser({ externalId: 'a' });
  for (let i = 0; i < 25; i += 1) await patch('external_id/a');
  expect(onesignal.violations.user).toBe(24);
  expect(onesignal.violations.details).toHaveLength(20);
});

test('the create of a user without any alias counts as a write to it too', async () => {
  await open();
  const subscriptions = [{ type: 'Email', token: 'a@b.example' }];
  expect((await onesignal.ask('POST', 'users', { subscriptions })).status).toBe(200);
  const [user] = onesignal.users.all();
  onesignal.wait(999);
  expect((await patch(`onesignal_id/${user?.onesignalId}`)).status).toBe(429);
});

// No page says whether a change of aliases counts.
test('a change of aliases can be free of the limit of a user', async () => {
  await open({ aliasesShareUserLimit: false });
  onesignal.seedUser({ externalId: 'a' });
  expect((await patch('external_id/a')).status).toBe(202);
  const answer = await onesignal.ask('PATCH', 'users/by/external_id/a/identity', { identity: { other: '1' } });
  expect(answer.status).toBe(200);
});
