import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const FIRST_STAGE = 'Open - Not Contacted';
const WORKING = 'Working - Contacted';

describe('OneSignal', () => {
  test.each(['unauthorized', 'forbidden'] as const)(
    'refusing the key (%s) stops its side without a verdict, and work resumes by itself',
    async (fault) => {
      const s = await startScenario();
      const { faults } = s.world.onesignal;
      faults[fault](true);
      const id = s.lead();
      await s.until('the reason shows', () => s.reasons().includes('ONESIGNAL_KEY_REFUSED'));
      expect(s.record(id).OneSignal_Sync_Status__c).toBeNull();
      faults[fault](false);
      await s.settled();
      expect(s.said(id)).toBe('Synced OK');
      expect(s.relay.relay.readiness().isReady).toBe(true);
    },
  );

  test('saying 429 is waited for as long as it asks, and costs no attempt', async () => {
    const s = await startScenario();
    const tooMany = { status: 429, body: { errors: ['API rate limit exceeded'] }, headers: { 'retry-after': '2' } };
    s.world.onesignal.faults.answer(1, tooMany, { call: 'create_user' });
    const began = Date.now();
    const id = s.lead();
    await s.settled();
    expect(s.said(id)).toBe('Synced OK');
    expect(s.world.onesignal.stats.count('create_user')).toBe(2);
    expect(s.world.onesignal.stats.writes[0]?.receivedAt).toBeGreaterThanOrEqual(began + 2_000);
  });

  test('failing for a while costs no record its verdict', async () => {
    const s = await startScenario();
    s.world.onesignal.faults.down();
    const ids = Array.from({ length: 20 }, () => s.lead());
    await s.until('the outage shows', () => s.reasons().includes('ONESIGNAL_UNREACHABLE'));
    s.world.onesignal.faults.up();
    await s.settled();
    expect(new Set(ids.map(s.said))).toEqual(new Set(['Synced OK']));
  });

  test('losing the answer to a create leads to one user, a verdict at once, and an assertion later', async () => {
    const s = await startScenario();
    s.world.onesignal.faults.dropAnswerAfterApply(1, { call: 'create_user' });
    const id = s.lead();
    await s.settled();
    expect(s.said(id)).toBe('Synced OK');
    expect(s.world.onesignal.users.all()).toHaveLength(1);
    expect(s.user(id)).toMatchObject({ tags: { sf_stage: FIRST_STAGE }, aliases: { salesforce_id: id } });
    const assertAt = (await s.relay.store.users([id])).get(id)?.assertAt ?? 0;
    expect(assertAt).toBeGreaterThan(Date.now() + 80_000);
  });

  test('applying a lost create late keeps the doubt, although the user had to be made anew', async () => {
    const s = await startScenario();
    s.world.onesignal.faults.applyLate(1, 8_000, { call: 'create_user' });
    const id = s.lead();
    await s.until('there is a verdict', () => s.record(id).OneSignal_Sync_Status__c === 'Synced');
    expect(s.world.onesignal.stats.count('update_user', 404)).toBe(1);
    const assertAt = (await s.relay.store.users([id])).get(id)?.assertAt ?? 0;
    expect(assertAt).toBeGreaterThan(Date.now() + 80_000);
  });

  test('applying an old write after a newer one is put right by the assertion, which changes no verdict', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    s.world.onesignal.faults.applyLate(1, 4_000, { call: 'update_user' });
    s.update(id, { Status: WORKING });
    await s.until('the answer is lost', () => s.world.onesignal.stats.count('update_user') === 1);
    s.update(id, { Status: 'Closed - Not Converted' });
    await s.settled();
    await s.until('the old write has landed', () => s.user(id)?.tags.sf_stage === WORKING);
    const synced = s.record(id).OneSignal_Synced_At__c;
    const { store } = s.relay;
    const user = (await store.users([id])).get(id);
    if (user === undefined) throw new Error('the user is not known');
    const overdue = { ...user, assertAt: Date.now() - 1 };
    await s.relay.process.commitSync(
      [{ leases: [], verdicts: [], links: [], users: [overdue], forgottenUsers: [] }],
      Date.now(),
    );
    s.lead();
    await s.until('it is put right', () => s.user(id)?.tags.sf_stage === 'Closed - Not Converted');
    await s.settled();
    expect(s.record(id).OneSignal_Synced_At__c).toBe(synced);
    await s.until('the doubt is over', async () => (await store.users([id])).get(id)?.assertAt === null);
  });

  test('refusing an assertion for good ends it: it is not sent again and again', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    const { store } = s.relay;
    const user = (await store.users([id])).get(id);
    if (user === undefined) throw new Error('the user is not known');
    s.world.onesignal.faults.answer(5, { status: 400, body: { errors: ['no'] } }, { call: 'update_user' });
    const overdue = { ...user, assertAt: Date.now() - 1 };
    await s.relay.process.commitSync(
      [{ leases: [], verdicts: [], links: [], users: [overdue], forgottenUsers: [] }],
      Date.now(),
    );
    s.lead();
    await s.until('it has ended', async () => (await store.users([id])).get(id)?.assertAt === null);
    expect(s.world.onesignal.stats.count('update_user')).toBe(1);
  });

  test('not showing a user that was just made is waited for', async () => {
    const s = await startScenario({ world: { onesignal: { replicationDelayMs: 4_000 } } });
    const id = s.lead();
    await s.settled();
    s.update(id, { Status: WORKING });
    await s.settled();
    expect(s.said(id)).toBe('Synced OK');
    expect(s.user(id)?.tags.sf_stage).toBe(WORKING);
    expect(s.world.onesignal.stats.count('create_user')).toBe(1);
  });
});
