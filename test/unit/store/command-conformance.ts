import { ENDED_REQUESTS_KEPT } from '../../../relay/store/store.ts';
import type { OneProcess } from '../../emulators/one-process.ts';
import {
  CONTACT,
  change,
  LEAD,
  leaseAll,
  makeDue,
  OTHER_LEAD,
  pendingAt,
  result,
  settled,
  T0,
  verdict,
} from './store-samples.ts';

const THIRD = '00Q000000000003EAA';
const GONE = '00Q000000000004EAA';
const REFUSAL = { kind: 'refused', statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', notBefore: T0 + 9e5 } as const;

/** One record failed, one whose status Salesforce refuses, one synced. */
async function threeVerdicts(store: OneProcess): Promise<void> {
  await makeDue(store, [change(LEAD), change(OTHER_LEAD), change(CONTACT)]);
  const leases = (await leaseAll(store)).map(({ recordId, generation }) => settled(recordId, generation));
  const verdicts = [
    verdict(LEAD, { status: 'Failed', reason: 'TAG_LIMIT', detail: 'Too many.' }),
    verdict(OTHER_LEAD),
    verdict(CONTACT),
  ];
  await store.commitSync([result({ verdicts, leases })], T0);
  const written = { kind: 'written', version: 1 } as const;
  await store.commitWriteBacks([
    { ...written, recordId: LEAD },
    { ...written, recordId: CONTACT },
    { ...REFUSAL, recordId: OTHER_LEAD, version: 1 },
  ]);
}

export function describeCommands(current: () => OneProcess): void {
  describe('dead letters', () => {
    const listed = async (filter = {}) =>
      (await current().deadLetters({ limit: 9, ...filter })).map(({ recordId, reason }) => [recordId, reason]);

    test('failed records and refused statuses are listed with what was said', async () => {
      await threeVerdicts(current());
      expect(await current().deadLetters({ limit: 9 })).toEqual([
        {
          recordId: LEAD,
          object: 'Lead',
          reason: 'TAG_LIMIT',
          detail: 'Too many.',
          stage: 'Working',
          writeBackError: null,
          decidedAt: T0,
        },
        {
          recordId: OTHER_LEAD,
          object: 'Lead',
          reason: 'WRITE_BACK_REFUSED',
          detail: verdict(OTHER_LEAD).detail,
          stage: 'Working',
          writeBackError: REFUSAL.statusCode,
          decidedAt: T0,
        },
      ]);
    });

    test('they come in pages, by reason or by record', async () => {
      await threeVerdicts(current());
      expect(await listed({ limit: 1 })).toEqual([[LEAD, 'TAG_LIMIT']]);
      expect(await listed({ limit: 1, after: LEAD })).toEqual([[OTHER_LEAD, 'WRITE_BACK_REFUSED']]);
      expect(await listed({ after: OTHER_LEAD })).toEqual([]);
      expect(await listed({ reason: 'WRITE_BACK_REFUSED' })).toEqual([[OTHER_LEAD, 'WRITE_BACK_REFUSED']]);
      expect(await listed({ recordIds: [LEAD, CONTACT] })).toEqual([[LEAD, 'TAG_LIMIT']]);
      expect(await listed({ recordIds: [] })).toEqual([]);
    });

    test('a retry sends a failed record anew and only writes a refused status again', async () => {
      const store = current();
      await threeVerdicts(store);
      expect(await store.retryDeadLetters({}, T0 + 5)).toBe(2);
      expect(await leaseAll(store, T0 + 5)).toMatchObject([
        { recordId: LEAD, isForced: true, lane: 'live', attempts: 0 },
      ]);
      expect((await pendingAt(store, T0 + 5)).map(({ verdict: { recordId } }) => recordId)).toEqual([OTHER_LEAD]);
    });

    test('a retry takes only those that are meant', async () => {
      const store = current();
      await threeVerdicts(store);
      expect(await store.retryDeadLetters({ recordIds: [CONTACT] }, T0 + 5)).toBe(0);
      expect(await store.retryDeadLetters({ reason: 'WRITE_BACK_REFUSED' }, T0 + 5)).toBe(1);
      expect((await store.counts()).due).toBe(0);
    });
  });

  describe('requests of commands', () => {
    test('one at a time is taken, oldest first, and tells how far it is', async () => {
      const store = current();
      const [first, second] = [
        await store.askFor('reconcile', '{"isDryRun":true}'),
        await store.askFor('reconcile', '{}'),
      ];
      expect(await store.takeRequest()).toMatchObject({ id: first, kind: 'reconcile', options: '{"isDryRun":true}' });
      await store.reportRequest(first, { state: 'done', progress: '{"read":5}' });
      expect(await store.request(first)).toMatchObject({ state: 'done', progress: '{"read":5}' });
      expect(await store.takeRequest()).toMatchObject({ id: second, state: 'running' });
      expect(await store.takeRequest()).toBeUndefined();
      expect(await store.request(second + 1)).toBeUndefined();
    });

    test('each kind has its own turn', async () => {
      const store = current();
      const [first, second] = [await store.askFor('backfill', '{}'), await store.askFor('reconcile', '{}')];
      expect(await store.takeRequest('reconcile')).toMatchObject({ id: second });
      expect(await store.takeRequest('backfill')).toMatchObject({ id: first });
    });

    test('what a request found is due with how far it is, and who takes it up again goes on there', async () => {
      const store = current();
      const requestId = await store.askFor('backfill', '{}');
      await store.takeRequest('backfill');
      const changes = [{ ...change(LEAD), lane: 'bulk' as const }];
      expect(await store.commitFound({ requestId, changes, progress: '{"read":1}', at: T0 })).toBe(true);
      expect(await store.dueInBulk()).toBe(1);
      await store.leave();
      expect(await store.request(requestId)).toMatchObject({ state: 'waiting', progress: '{"read":1}' });
    });

    test('once it is stopped nothing that it finds is due any more', async () => {
      const store = current();
      const requestId = await store.askFor('backfill', '{}');
      await store.takeRequest('backfill');
      expect(await store.openRequest('backfill')).toMatchObject({ id: requestId });
      expect(await store.stopRequest(requestId, '{"read":1}')).toBe(true);
      const found = { requestId, changes: [change(LEAD)], progress: '{"read":2}', at: T0 };
      expect(await store.commitFound(found)).toBe(false);
      expect(await store.dueInBulk()).toBe(0);
      expect(await store.request(requestId)).toMatchObject({ state: 'failed', progress: '{"read":1}' });
      expect(await store.openRequest('backfill')).toBeUndefined();
      expect(await store.stopRequest(requestId, '{}')).toBe(false);
    });

    test('records with a verdict under another mapping are listed page by page, those that are gone are not', async () => {
      const store = current();
      const verdicts = [
        verdict(LEAD, { mappingVersion: 'old' }),
        verdict(OTHER_LEAD, { mappingVersion: 'new' }),
        verdict(THIRD, { mappingVersion: 'old' }),
        verdict(GONE, { mappingVersion: 'old', inputHash: null }),
      ];
      await store.commitSync([result({ verdicts })], T0);
      expect(await store.countUnderOtherMapping('new')).toBe(2);
      const first = await store.underOtherMapping({ version: 'new', after: undefined, limit: 1 });
      expect(first).toEqual([{ recordId: LEAD, object: 'Lead' }]);
      expect(await store.underOtherMapping({ version: 'new', after: LEAD, limit: 5 })).toEqual([
        { recordId: THIRD, object: 'Lead' },
      ]);
    });

    test('a request that a process left half done waits again', async () => {
      const store = current();
      const id = await store.askFor('reconcile', '{}');
      await store.takeRequest();
      await store.leave();
      expect(await store.request(id)).toMatchObject({ state: 'waiting' });
    });

    test('what a process says of a request after its part is over counts no more', async () => {
      const store = current();
      const id = await store.askFor('reconcile', '{}');
      await store.takeRequest();
      const { epoch } = store;
      await store.leave();
      const late = store.reportRequest(id, { state: 'done', progress: '{}' }, epoch);
      await expect(late).rejects.toMatchObject({ code: 'PART_LOST' });
      expect(await store.request(id)).toMatchObject({ state: 'waiting' });
    });

    test('those that ended long ago are forgotten, those that wait are not', async () => {
      const store = current();
      const [ended, waiting] = [await store.askFor('reconcile', '{}'), await store.askFor('reconcile', '{}')];
      await store.takeRequest();
      await store.reportRequest(ended, { state: 'done', progress: '{}' });
      for (let i = 0; i < ENDED_REQUESTS_KEPT; i++) await store.askFor('reconcile', '{}');
      expect([await store.request(ended), await store.request(waiting)]).toMatchObject([
        undefined,
        { state: 'waiting' },
      ]);
    });
  });
}
