import type { OneSignalClient } from '../../onesignal/onesignal-contract.ts';
import type { JournalEntry, LeasedRecord, VerdictToStore } from '../../store/store.ts';
import { userDifference } from '../preview/user-difference.ts';
import type { Job } from '../unit-jobs.ts';
import type { Unit } from '../units.ts';
import { type SyncEntry, writeEntry } from './journal-entry.ts';
import { type TracedCall, tracedClient } from './traced-client.ts';

/** Calls that an entry tells of; a user with many addresses can take more. */
const MOST_CALLS = 20;

/** Notes what the work on one unit does, an entry for each record that is due. */
export interface SyncJournal {
  /** The unit's calls go through it. */
  client: OneSignalClient;
  /** What the unit is about to bring its users to. */
  planned(jobs: readonly Job[]): void;
  entries(verdicts: readonly VerdictToStore[]): JournalEntry[];
}

/** @returns undefined for a crowd's work, which would push out of the journal what people look for */
export function createSyncJournal(unit: Unit, client: OneSignalClient, now: () => number): SyncJournal | undefined {
  const leases = unit.leases.filter(({ lane }) => lane === 'live');
  if (leases.length === 0) return undefined;
  const calls: TracedCall[] = [];
  const plans = new Map<string, SyncEntry['p']>();

  const entryOf = (lease: LeasedRecord, verdict: VerdictToStore | undefined): SyncEntry => {
    const plan = plans.get(lease.recordId);
    return {
      d: [lease.dueSince, lease.cause ?? null, lease.hint?.stage ?? null, timeOf(lease.hint?.changedAt)],
      ...(plan === undefined ? {} : { p: plan }),
      c: calls.slice(-MOST_CALLS),
      ...(verdict === undefined ? {} : { v: [verdict.status, verdict.reason, verdict.detail, verdict.stage] }),
    };
  };

  return {
    client: tracedClient(client, calls, now),
    planned(jobs) {
      for (const { user, desired, known } of jobs) {
        if (desired === undefined) continue;
        const { added, changed, removed } = userDifference(desired, known, user.members.length === 0).tags;
        for (const { snapshot } of user.members) plans.set(snapshot.id, { a: added, c: changed, r: [...removed] });
      }
    },
    entries(verdicts) {
      const at = now();
      const decided = new Map(verdicts.map((verdict) => [verdict.recordId, verdict]));
      return leases.map((lease) => {
        const { recordId } = lease;
        return { recordId, at, entry: writeEntry(entryOf(lease, decided.get(recordId))) };
      });
    },
  };
}

function timeOf(text: string | undefined): number | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : time;
}
