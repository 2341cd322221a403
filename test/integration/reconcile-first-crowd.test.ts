import { timedOut } from '../emulators/salesforce/protocol/slow-queries.ts';
import { HOUR, MINUTE, NOON, startUnderTest, type UnderTest } from './reconcile-under-test.ts';

let under: UnderTest;
beforeEach(async () => {
  under = await startUnderTest();
});
afterEach(() => under.close());

const dueCount = async () => (await under.store.counts()).due;

test('a first start takes a small crowd that waits for a sync, however long ago it was changed', async () => {
  under.leads(3, NOON - 900 * HOUR);
  under.leads(3, NOON - MINUTE);
  expect(await under.reconcile.run()).toMatchObject({ read: 6, due: 6, isComplete: true });
  expect([await dueCount(), await under.store.mark()]).toEqual([6, NOON]);
});

describe('a crowd that a first start leaves to a person', () => {
  beforeEach(async () => {
    under.leads(1_001, NOON - MINUTE);
    await under.reconcile.run();
  });

  test('does not come in through the overlap, and is named, also in a relay that was started again', async () => {
    for (const minutes of [1, 10, 16, 40]) {
      under.time = NOON + minutes * MINUTE;
      const restarted = under.restarted();
      await restarted.run();
      expect([await dueCount(), restarted.leftToBackfill]).toEqual([0, 1_001]);
    }
  });

  test('hides nobody who changes after it, and none of its own records that do', async () => {
    const [row] = under.world.org.rows('Lead');
    under.time = NOON + 2 * MINUTE;
    const added = under.lead();
    under.world.org.update('Lead', String(row?.Id), { Status: 'Working - Contacted' }, under.world.seller);
    await under.restarted().run();
    const known = await under.store.knownRecords([added, String(row?.Id)]);
    expect([...known.values()].map(({ isDue }) => isDue)).toEqual([true, true]);
    expect(await dueCount()).toBe(2);
  });
});

test('a crowd is known for one at its first page, however large it is', async () => {
  under.leads(20_001, NOON - HOUR);
  under.asked();
  await under.reconcile.run();
  expect(under.asked()).toHaveLength(1);
  expect(under.reconcile.leftToBackfill).toBeGreaterThan(1_000);
});

test('a converted lead that has its answer does not wait, though no formula tells it from one that does', async () => {
  const { org, seller, relayUser } = under.world;
  const [answered, waiting] = [under.lead(), under.lead()];
  for (const id of [answered, waiting]) org.convertLead(id, seller);
  const requestedAt = org.peek('Lead', answered)?.OneSignal_Sync_Requested_At__c ?? null;
  const saved = org.update('Lead', answered, { OneSignal_Sync_Answered_At__c: requestedAt }, relayUser);
  expect(saved.success).toBe(true);
  await under.reconcile.run();
  expect([...(await under.store.knownRecords([answered, waiting])).keys()]).toEqual([waiting]);
});

test('where Salesforce can’t say in time who waits for a sync, a first start asks in smaller windows', async () => {
  under.leads(5, NOON - 30_000 * HOUR);
  under.leads(5, NOON - HOUR);
  under.world.salesforce.faults.timeOutQueries({ spanMs: 10_000 * HOUR });
  expect(await under.reconcile.run()).toMatchObject({ read: 10, due: 10 });
});

test('a first start that fails half way begins anew', async () => {
  under.leads(5);
  under.world.salesforce.faults.answerHttp(1, { on: 'rest', ...timedOut('SERVER_UNAVAILABLE') });
  await expect(under.reconcile.run()).rejects.toMatchObject({ code: 'SALESFORCE_REQUEST_FAILED' });
  expect([await dueCount(), await under.store.mark()]).toEqual([0, undefined]);
  await under.restarted().run();
  expect(await dueCount()).toBe(5);
});

test('a dry run of a first start counts who would be taken, and a stop leaves no mark', async () => {
  under.leads(5);
  expect(await under.reconcile.run({ isDryRun: true })).toMatchObject({ read: 5, due: 5 });
  expect(await under.reconcile.run({ signal: AbortSignal.abort() })).toMatchObject({ read: 0, isComplete: false });
  expect([await dueCount(), await under.store.mark()]).toEqual([0, undefined]);
});
