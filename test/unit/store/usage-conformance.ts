import type { UsageSpan } from '../../../relay/store/store.ts';
import type { OneProcess } from '../../emulators/one-process.ts';
import { T0 } from './store-samples.ts';

const span = (allotment: UsageSpan['allotment'], from: number, count: number): UsageSpan => ({
  allotment,
  from,
  count,
});

export function describeUsage(current: () => OneProcess): void {
  describe('what was used of the allotments', () => {
    test('adds up by allotment and span of time, whoever used it', async () => {
      const store = current();
      await store.addUsage({ spans: [span('api_call', T0, 3), span('delivery', T0, 10)], forgetBefore: 0 });
      await store.addUsage({ spans: [span('api_call', T0, 4), span('api_call', T0 + 5, 1)], forgetBefore: 0 });
      expect(await store.addUsage({ spans: [], forgetBefore: 0 })).toEqual([
        span('api_call', T0, 7),
        span('api_call', T0 + 5, 1),
        span('delivery', T0, 10),
      ]);
    });

    test('what is too old is forgotten', async () => {
      const store = current();
      await store.addUsage({ spans: [span('api_call', T0, 3), span('api_call', T0 + 5, 1)], forgetBefore: 0 });
      expect(await store.addUsage({ spans: [], forgetBefore: T0 + 5 })).toEqual([span('api_call', T0 + 5, 1)]);
    });

    test('a process whose part is over can still say what it used', async () => {
      const store = current();
      await store.leave();
      expect(await store.addUsage({ spans: [span('api_call', T0, 1)], forgetBefore: 0 })).toHaveLength(1);
    });
  });

  test('where live changes only are wanted, a lease leaves the bulk lane', async () => {
    const store = current();
    const change = { object: 'Lead', isDeletion: false, hint: undefined, isForced: false } as const;
    const [live, bulk] = ['00Q000000000001EAA', '00Q000000000002EAA'];
    const changes = [
      { ...change, recordId: bulk, lane: 'bulk' } as const,
      { ...change, recordId: live, lane: 'live' } as const,
    ];
    await store.commitReconciled({ changes, mark: undefined, at: T0 });
    const request = { limit: 10, now: T0, leaseMs: 1_000 };
    const idsOf = (leases: readonly { recordId: string }[]) => leases.map(({ recordId }) => recordId);
    expect(idsOf(await store.leaseDue({ ...request, isLiveOnly: true }))).toEqual([live]);
    expect(idsOf(await store.leaseDue(request))).toEqual([bulk]);
  });
}
