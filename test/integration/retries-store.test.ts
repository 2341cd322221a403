import { DOUBT_MS } from '../../relay/config/onesignal-limits.ts';
import { RelayError } from '../../relay/config/relay-error.ts';
import { MAX_CONCURRENT } from '../../relay/onesignal/onesignal-client.ts';
import { openStore } from '../../relay/store/open-store.ts';
import type { Store } from '../../relay/store/store.ts';
import { endScenario, firstPassIsOver, startScenario } from './scenario.ts';

afterEach(endScenario);

/** The store, of which the named methods fail from `begin` on for so many ms. */
function failing(methods: readonly (keyof Store)[]) {
  let until = 0;
  return {
    begin(ms: number) {
      until = performance.now() + ms;
    },
    wrapStore: (store: Store): Store =>
      new Proxy(store, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name, target);
          if (typeof value !== 'function' || !methods.some((method) => method === name)) return value;
          return async (...given: unknown[]) => {
            if (performance.now() < until) throw new RelayError('STORE_FAILED', 'The disk is full.');
            return value.apply(target, given);
          };
        },
      }),
  };
}

test.each<{ what: string; methods: readonly (keyof Store)[] }>([
  { what: 'that find users to assert', methods: ['usersToAssert'] },
  { what: 'that take leased records back', methods: ['claimUsers', 'commitSync'] },
])('records are not left leased while the store fails in the methods $what', async ({ methods }) => {
  const { begin, wrapStore } = failing(methods);
  const s = await startScenario({ relay: { wrapStore } });
  begin(1_500);
  const ids = [s.lead(), s.lead()];
  await s.until('the fault shows', () => s.reasons().includes('STORE_FAILED'));
  await s.settled();
  expect(ids.map(s.said)).toEqual(['Synced OK', 'Synced OK']);
});

test('a stop at which the store does not take what OneSignal was told leaves the user in doubt', async () => {
  const { begin, wrapStore } = failing(['commitSync']);
  const s = await startScenario({ relay: { wrapStore } });
  const id = s.lead();
  await s.settled();
  begin(60_000);
  s.update(id, { Status: 'Working - Contacted' });
  await s.until('OneSignal has it', () => s.user(id)?.tags.sf_stage === 'Working - Contacted');
  await s.stop();
  const store = await openStore({ databaseUrl: undefined, dataDir: s.relay.dataDir });
  const { epoch } = await store.join();
  expect(await store.claimUsers([{ keys: [id], isLeased: false }], epoch)).toMatchObject([
    [{ key: id, wasInterrupted: true }],
  ]);
  await store.close();
});

test('a user that a record was moving to when the process died is freed if the record goes meanwhile', async () => {
  let isFull = false;
  const wrapStore = (store: Store): Store => ({
    ...store,
    async commitSync(results, now) {
      if (isFull && results.some(({ leases }) => leases.length > 0)) throw new RelayError('STORE_FAILED', 'Disk full.');
      await store.commitSync(results, now);
    },
  });
  const s = await startScenario({ relay: { wrapStore } });
  const id = s.lead();
  await s.settled();
  isFull = true;
  s.update(id, { OneSignal_External_Id__c: 'app-1' });
  await s.until('OneSignal has it', () => s.user('app-1')?.aliases.salesforce_id === id);
  await s.stop();
  isFull = false;
  s.remove(id);
  await s.restart();
  await s.settled();
  s.passTime(2 * DOUBT_MS);
  await s.until('it holds nothing of ours', () => Object.keys(s.user('app-1')?.tags ?? {}).length === 0);
  await s.settled();
  expect(s.user('app-1')).toMatchObject({ tags: {}, aliases: {} });
});

test('a record on which gathering fails for a defect of ours costs only itself', async () => {
  const poison = new Set<string>();
  const wrapStore = (store: Store): Store => ({
    ...store,
    linkedRecords(of) {
      if (of.userKeys.some((key) => poison.has(key))) throw new TypeError('a defect of ours');
      return store.linkedRecords(of);
    },
  });
  const s = await startScenario({ relay: { wrapStore } });
  const ids = [s.lead(), s.lead(), s.lead()];
  const [bad = ''] = ids;
  poison.add(bad);
  await s.until('the others are synced', () => ids.slice(1).every((id) => s.said(id) === 'Synced OK'));
  expect(s.said(bad)).not.toBe('Synced OK');
  poison.clear();
});

test('while the store takes no results, no more users are written to than requests may be under way', async () => {
  let isStuck = false;
  const wrapStore = (store: Store): Store => ({
    ...store,
    async commitSync(results, now) {
      if (isStuck && results.some(({ leases }) => leases.length > 0))
        throw new RelayError('STORE_FAILED', 'Disk full.');
      await store.commitSync(results, now);
    },
  });
  const s = await startScenario({ relay: { wrapStore } });
  await firstPassIsOver(s);
  isStuck = true;
  const before = s.world.onesignal.stats.writes.length;
  for (let n = 0; n < 2 * MAX_CONCURRENT; n += 1) s.lead();
  await s.until('the window is full', () => s.world.onesignal.stats.writes.length - before >= MAX_CONCURRENT);
  await s.until('the store was tried again', () => s.reasons().includes('STORE_FAILED'));
  expect(s.world.onesignal.stats.writes.length - before).toBe(MAX_CONCURRENT);
  isStuck = false;
  await s.settled();
  expect(s.world.onesignal.stats.writes.length - before).toBe(2 * MAX_CONCURRENT);
});

test('a record that joins a user while another one that joins it is read has its say', async () => {
  const [toCommit, read, committed] = [0, 0, 0].map(() => Promise.withResolvers<void>());
  let [first, isCommitting] = ['', false];
  const wrapStore = (store: Store): Store => ({
    ...store,
    async commitSync(results, now) {
      const links = results.some(({ links }) => links.some(({ recordId }) => recordId === first));
      if (!links) return store.commitSync(results, now);
      isCommitting = true;
      toCommit?.resolve();
      await read?.promise;
      await store.commitSync(results, now);
      committed?.resolve();
    },
    async linkedRecords(of) {
      const links = await store.linkedRecords(of);
      if (!isCommitting || !of.userKeys.includes('app-1')) return links;
      read?.resolve();
      await committed?.promise;
      return links;
    },
  });
  const s = await startScenario({ relay: { wrapStore } });
  const contact = s.contact({ OneSignal_Lifecycle_Stage__c: 'Customer' });
  const lead = s.lead({ Status: 'Working - Contacted' });
  await s.settled();
  first = contact;
  s.update(contact, { OneSignal_External_Id__c: 'app-1' });
  await toCommit?.promise;
  s.update(lead, { OneSignal_External_Id__c: 'app-1' });
  await s.settled();
  expect(s.user('app-1')?.tags.sf_stage).toBe('Customer');
  expect([contact, lead].map(s.said)).toEqual(['Synced OK', 'Skipped SHARED_EXTERNAL_ID']);
});
