import type { OneProcess } from '../../emulators/one-process.ts';
import { change, LEAD, leaseAll, makeDue, OTHER_LEAD, pendingOne, result, T0, verdict } from './store-samples.ts';

const BULK_LEAD = '00Q000000000003EAA';

export function describeAlerts(current: () => OneProcess): void {
  describe('what alerts are judged by', () => {
    test('an empty store has no trouble', async () => {
      expect(await current().troubleFigures({ failedSince: T0 })).toEqual({
        oldestLiveDue: undefined,
        recentlyFailed: 0,
        refusedWriteBacks: 0,
      });
    });

    test('the live change that waits longest counts, worked on or not, and none of the bulk lane', async () => {
      const store = current();
      const oldest = async () => (await store.troubleFigures({ failedSince: T0 })).oldestLiveDue;
      await makeDue(store, [change(BULK_LEAD, { lane: 'bulk' })], T0 - 2);
      expect(await oldest()).toBeUndefined();
      await makeDue(store, [change(LEAD)], T0 - 1);
      await makeDue(store, [change(OTHER_LEAD)], T0);
      expect(await oldest()).toBe(T0 - 1);
      await leaseAll(store);
      expect(await oldest()).toBe(T0 - 1);
    });

    test('records that failed since a time count, unless they have a better verdict by now', async () => {
      const store = current();
      const failed = (id: string, decidedAt: number) =>
        verdict(id, { status: 'Failed', reason: 'TAG_LIMIT', decidedAt });
      const recently = async () => (await store.troubleFigures({ failedSince: T0 })).recentlyFailed;
      await store.commitSync([result({ verdicts: [failed(LEAD, T0), failed(OTHER_LEAD, T0 - 1)] })], T0);
      expect(await recently()).toBe(1);
      await store.commitSync([result({ verdicts: [verdict(LEAD)] })], T0);
      expect(await recently()).toBe(0);
    });

    test('statuses that Salesforce refuses count until they are written', async () => {
      const store = current();
      const refused = async () => (await store.troubleFigures({ failedSince: T0 })).refusedWriteBacks;
      await store.commitSync([result({ verdicts: [verdict(LEAD)] })], T0);
      const { version } = await pendingOne(store);
      const row = { recordId: LEAD, version };
      await store.commitWriteBacks([{ kind: 'refused', ...row, statusCode: 'FIELD_X', notBefore: T0 }]);
      expect(await refused()).toBe(1);
      await store.commitWriteBacks([{ kind: 'written', ...row }]);
      expect(await refused()).toBe(0);
    });
  });

  describe('what was told of alerts', () => {
    test('is there until its end was told, whoever told it', async () => {
      const store = current();
      const [lag, silent] = [
        { name: 'lag', since: T0 },
        { name: 'stream_silent', since: T0 + 1 },
      ];
      await store.commitToldAlerts({ started: [silent, lag], ended: [] });
      expect(await store.toldAlerts()).toEqual([lag, silent]);
      await store.leave();
      await store.commitToldAlerts({ started: [], ended: ['lag', 'never_told'] });
      expect(await store.toldAlerts()).toEqual([silent]);
    });

    test('that it ended and started anew in one step is kept as started', async () => {
      const store = current();
      await store.commitToldAlerts({ started: [{ name: 'lag', since: T0 }], ended: [] });
      await store.commitToldAlerts({ started: [{ name: 'lag', since: T0 + 5 }], ended: ['lag'] });
      expect(await store.toldAlerts()).toEqual([{ name: 'lag', since: T0 + 5 }]);
    });
  });
}
