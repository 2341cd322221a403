import { ALERT_NAMES, ALERT_RULES, type AlertName } from './alert-rules.ts';
import type { AlertSignals } from './alert-signals.ts';

/** A fault that comes back within so long has never been gone: else an alert would be told and ended by turns. Ms. */
export const CLEAR_MS = 60_000;

/** A fault that is there, or was there a moment ago. */
export interface Trouble {
  /** Since when, on the store's clock, ms since 1970. */
  since: number;
  lastSeenAt: number;
  /** It has lasted so long that it is an alert, and is one until it ends. */
  isAlert: boolean;
  /** The fault in a sentence, as it was seen last. */
  what: string;
}

export type Troubles = ReadonlyMap<AlertName, Trouble>;

/** An alert that was told before this process knew of it: it goes on, or ends once the fault is seen to be gone. */
export function toldBefore(since: number, now: number): Trouble {
  return { since, lastSeenAt: now, isAlert: true, what: 'It held before the relay was started.' };
}

/**
 * What is wrong now, from what was wrong before. A fault becomes an alert once it has lasted as long as its rule says,
 * and ends when it was gone for CLEAR_MS. Pure.
 */
export function judgeAlerts(before: Troubles, signals: AlertSignals): Troubles {
  const now = new Map<AlertName, Trouble>();
  for (const name of ALERT_NAMES) {
    const trouble = judge(name, before.get(name), signals);
    if (trouble !== undefined) now.set(name, trouble);
  }
  return now;
}

function judge(name: AlertName, before: Trouble | undefined, signals: AlertSignals): Trouble | undefined {
  const { holdMs, fault } = ALERT_RULES[name];
  const what = fault(signals);
  if (what === undefined)
    return before !== undefined && signals.now - before.lastSeenAt < CLEAR_MS ? before : undefined;
  const since = before?.since ?? signals.now;
  const isAlert = before?.isAlert === true || signals.now - since >= holdMs;
  return { since, lastSeenAt: signals.now, isAlert, what };
}
