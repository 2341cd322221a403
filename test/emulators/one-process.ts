import type {
  CommandKind,
  CommandRequest,
  EventBatch,
  ReleasedUser,
  Store,
  SyncResult,
  UnitToClaim,
} from '../../relay/store/store.ts';

/** The epoch may be given, for another part than the process's own. */
type OfPart<T extends { epoch: number }> = Omit<T, 'epoch'> & { epoch?: number };
type Pass = Parameters<Store['commitReconciled']>[0];
type DueRequest = Parameters<Store['leaseDue']>[0];

/** Results as tests write them: the part is the process's, and mostly no user is let go. */
export type SyncSample = Omit<OfPart<SyncResult>, 'released'> & { released?: readonly ReleasedUser[] };

export function unitsToClaim(units: readonly (readonly string[])[], isLeased: boolean): UnitToClaim[] {
  return units.map((keys) => ({ keys, isLeased }));
}

/** A store as one process uses it: what takes an epoch gets the one of its part. */
export type OneProcess = ReturnType<typeof asProcess>;

/** @param epochNow asked at each call, because a process may join again */
export function asProcess(store: Store, epochNow: () => number) {
  return {
    ...store,
    get epoch() {
      return epochNow();
    },
    heartbeat: () => store.heartbeat(epochNow()),
    leave: () => store.leave(epochNow()),
    commitEvents: (batch: OfPart<EventBatch>) => store.commitEvents({ epoch: epochNow(), ...batch }),
    dropCursor: (channel: string) => store.dropCursor(channel, epochNow()),
    commitReconciled: (pass: OfPart<Pass>) => store.commitReconciled({ epoch: epochNow(), ...pass }),
    leaveToBackfill: (left: Parameters<Store['leaveToBackfill']>[0]) => store.leaveToBackfill(left, epochNow()),
    leaseDue: (request: OfPart<DueRequest>) => store.leaseDue({ epoch: epochNow(), ...request }),
    /** Of units that have records of all their users under lease. */
    claimUsersOfLeases: (...units: string[][]) => store.claimUsers(unitsToClaim(units, true), epochNow()),
    claimUsers: (...units: string[][]) => store.claimUsers(unitsToClaim(units, false), epochNow()),
    claimAddresses: (claims: Parameters<Store['claimAddresses']>[0]) =>
      store.claimAddresses(claims, epochNow(), store.now()),
    commitSync: (results: readonly SyncSample[], now: number) =>
      store.commitSync(
        results.map((result) => ({ epoch: epochNow(), released: [], ...result })),
        now,
      ),
    commitWriteBacks: (
      results: Parameters<Store['commitWriteBacks']>[0],
      journal?: Parameters<Store['commitWriteBacks']>[2],
    ) => store.commitWriteBacks(results, epochNow(), journal),
    trimJournal: (trim: OfPart<Parameters<Store['trimJournal']>[0]>) =>
      store.trimJournal({ epoch: epochNow(), ...trim }),
    commitTransitions: (results: Parameters<Store['commitTransitions']>[0], forgetBefore: number, epoch = epochNow()) =>
      store.commitTransitions(results, forgetBefore, epoch),
    commitEngagement: (digest: OfPart<Parameters<Store['commitEngagement']>[0]>) =>
      store.commitEngagement({ epoch: epochNow(), ...digest }),
    commitEngagementWrites: (results: Parameters<Store['commitEngagementWrites']>[0], epoch = epochNow()) =>
      store.commitEngagementWrites(results, epoch),
    takeRequest: (kind: CommandKind = 'reconcile'): Promise<CommandRequest | undefined> =>
      store.takeRequest(kind, epochNow()),
    commitFound: (found: Omit<Parameters<Store['commitFound']>[0], 'epoch'>, epoch = epochNow()) =>
      store.commitFound({ ...found, epoch }),
    tidy: (page: OfPart<Parameters<Store['tidy']>[0]>) => store.tidy({ epoch: epochNow(), ...page }),
    reportRequest: (id: number, report: Parameters<Store['reportRequest']>[1], epoch = epochNow()) =>
      store.reportRequest(id, report, epoch),
  };
}

/** Joins, as a process does when it starts. */
export async function joined(store: Store): Promise<OneProcess> {
  const { epoch } = await store.join();
  return asProcess(store, () => epoch);
}
