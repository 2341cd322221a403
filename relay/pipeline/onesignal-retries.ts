import { backoffMs } from '../config/backoff.ts';
import { RelayError } from '../config/relay-error.ts';
import type { OneSignalClient } from '../onesignal/onesignal-contract.ts';
import type { OneSignalOutcome } from '../onesignal/onesignal-outcome.ts';
import type { Gate } from './gate.ts';
import type { Suspicion } from './retries/retry-rule.ts';
import { FAULTS_IN_A_ROW, isAnswer, ruleOfOutcome, UNKNOWN_ONESIGNAL_RULE } from './retries/retry-table.ts';
import type { Retry } from './sync-unit.ts';

export interface OneSignalRetriesOptions {
  gate: Gate;
  now: () => number;
  random?: () => number;
}

/**
 * Decides what follows a call that ended neither well nor in a verdict, by the table of retries, and finds out whether
 * the record or OneSignal is at fault: faults in a row of as many records are OneSignal's; those of fewer are if the
 * probe fails too. A try that turns out to have been spent on an outage is given back with the next fault.
 */
export interface OneSignalRetries {
  /** @param work what failed, e.g. the id of the record @param attempts the tries that count so far */
  onInterrupted(outcome: OneSignalOutcome, attempts: number, work: string): Retry;
  /** To be told of every outcome of a call other than the probe. */
  onOutcome(outcome: OneSignalOutcome): void;
  /** The work has its outcome, and nothing to be given back. */
  onSettled(work: string): void;
}

export function createOneSignalRetries({ gate, now, random = Math.random }: OneSignalRetriesOptions): OneSignalRetries {
  /** Faults since OneSignal last answered, by what failed. Each cost a try, or one that was given back. */
  let streak = new Map<string, number>();
  const givenBack = new Map<string, number>();
  let closings = gate.closings;

  const noticeOutage = () => {
    if (closings === gate.closings) return;
    closings = gate.closings;
    for (const [work, tries] of streak) givenBack.set(work, (givenBack.get(work) ?? 0) + tries);
    streak = new Map();
  };

  /** The fault may be OneSignal's: it is, if as many records fail in a row, and else the probe is to say so. */
  const suspect = ({ of: code, after }: NonNullable<Suspicion>, work: string) => {
    const records = new Set(streak.keys()).add(work).size;
    const faults = [...streak.values()].reduce((sum, tries) => sum + tries, 1);
    if (records >= FAULTS_IN_A_ROW) gate.close(sideError(code));
    else if (after === 'at_once' || faults >= FAULTS_IN_A_ROW) gate.suspect();
    noticeOutage();
    if (gate.closedBy === undefined) streak.set(work, (streak.get(work) ?? 0) + 1);
  };

  /** A try counts unless OneSignal is known to be at fault, or an earlier one is to be given back. */
  const countsOn = (work: string): boolean => {
    if (gate.closedBy !== undefined) return false;
    const credit = givenBack.get(work) ?? 0;
    if (credit > 0) givenBack.set(work, credit - 1);
    return credit === 0;
  };

  return {
    onInterrupted(outcome, attempts, work) {
      noticeOutage();
      const rule = ruleOfOutcome(outcome);
      if (rule.follows === 'side_stops') {
        gate.close(sideError(rule.code));
        return { notBefore: now(), countsAsAttempt: false };
      }
      const again = rule.follows === 'again' ? rule : UNKNOWN_ONESIGNAL_RULE;
      const retryAfterMs = again.obeysRetryAfter && 'retryAfterMs' in outcome ? outcome.retryAfterMs : undefined;
      const notBefore = now() + backoffMs(again.waits, attempts, random, retryAfterMs);
      if (!again.counts) return { notBefore, countsAsAttempt: false };
      if (again.suspicion !== undefined && gate.closedBy === undefined) suspect(again.suspicion, work);
      return { notBefore, countsAsAttempt: countsOn(work) };
    },
    onOutcome(outcome) {
      if (!isAnswer(outcome)) return;
      noticeOutage();
      streak = new Map();
      gate.open();
    },
    onSettled(work) {
      streak.delete(work);
      givenBack.delete(work);
    },
  };
}

/** The question that opens a closed gate, and that tells whether a fault is the record's or OneSignal's. */
export async function probeOneSignal(client: OneSignalClient): Promise<RelayError | undefined> {
  const rule = ruleOfOutcome(await client.probe());
  if (rule.follows === 'side_stops') return sideError(rule.code);
  return rule.follows === 'again' && rule.suspicion !== undefined ? sideError(rule.suspicion.of) : undefined;
}

const MESSAGES = {
  ONESIGNAL_KEY_REFUSED: 'OneSignal refuses the key.',
  ONESIGNAL_UNREACHABLE: 'OneSignal does not answer, or answers with server errors.',
};

function sideError(code: keyof typeof MESSAGES): RelayError {
  return new RelayError(code, MESSAGES[code]);
}
