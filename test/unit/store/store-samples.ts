import type { KnownUser, LeaseResult, RecordChange, VerdictToStore } from '../../../relay/store/store.ts';
import type { OneProcess, SyncSample } from '../../emulators/one-process.ts';

/** Parts from which the conformance suite builds what it commits; each takes only what a test cares about. */
export const LEAD = '00Q000000000001EAA';
export const OTHER_LEAD = '00Q000000000002EAA';
export const CONTACT = '003000000000001AAA';
export const CHANNEL = '/event/OneSignal_Stage_Change__e';
export const T0 = 1_764_000_000_000;

export function change(recordId: string, given: Partial<RecordChange> = {}): RecordChange {
  const object = recordId.startsWith('003') ? 'Contact' : 'Lead';
  return { recordId, object, isDeletion: false, hint: undefined, isForced: false, lane: 'live', ...given };
}

export function verdict(recordId: string, given: Partial<VerdictToStore> = {}): VerdictToStore {
  return {
    recordId,
    object: recordId.startsWith('003') ? 'Contact' : 'Lead',
    status: 'Synced',
    reason: 'OK',
    detail: 'OneSignal holds this stage. Nothing to do.',
    stage: 'Working',
    answers: '2026-11-24T10:00:00.000+0000',
    onesignalId: '11111111-2222-4333-8444-555555555555',
    decidedAt: T0,
    inputHash: 'hash-1',
    mappingVersion: 'mapping-1',
    needsWriteBack: true,
    ...given,
  };
}

export function user(key: string, given: Partial<KnownUser> = {}): KnownUser {
  return {
    key,
    onesignalId: null,
    tags: {},
    aliases: {},
    createdAt: null,
    assertAt: null,
    inherited: {},
    retireAt: null,
    tagRoom: null,
    ...given,
  };
}

export function result(given: Partial<SyncSample>): SyncSample {
  return { leases: [], verdicts: [], links: [], users: [], forgottenUsers: [], ...given };
}

export function settled(recordId: string, generation: number, wasSeen = true): LeaseResult {
  return { kind: 'settled', recordId, generation, wasSeen };
}

export function makeDue(store: OneProcess, changes: readonly RecordChange[], receivedAt = T0): Promise<void> {
  return store.commitEvents({ channel: CHANNEL, replayId: undefined, changes, receivedAt });
}

export function leaseAll(store: OneProcess, now = T0, limit = 200) {
  return store.leaseDue({ limit, now, leaseMs: 60_000 });
}

export async function leaseOne(store: OneProcess, now = T0) {
  const [lease, ...others] = await leaseAll(store, now);
  if (lease === undefined || others.length > 0) throw new Error(`expected one lease, not ${others.length + 1}`);
  return lease;
}

export function pendingAt(store: OneProcess, now = T0) {
  return store.pendingWriteBacks({ limit: 200, now });
}

export async function pendingOne(store: OneProcess, now = T0) {
  const [pending, ...others] = await pendingAt(store, now);
  if (pending === undefined || others.length > 0) throw new Error('expected one pending write-back');
  return pending;
}
