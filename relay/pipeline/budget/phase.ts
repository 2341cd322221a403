/**
 * How much of its share of the org's API calls the relay has used in the last 24 hours, and so what goes on.
 * easy       everything, at once
 * tight      everything, and what comes within a longer time shares a call
 * live_only  what people just changed; crowds, backfills and reconcile wait
 * spent      nothing: no call is made until enough of the 24 hours have gone by
 */
export type Phase = 'easy' | 'tight' | 'live_only' | 'spent';

/** API calls of the last 24 hours. */
export interface ApiUse {
  /** The relay's own, of all its processes. */
  own: number;
  /** What the org may make; undefined until Salesforce has told. */
  limit: number | undefined;
  /** What the org has left, whoever used the rest; undefined until Salesforce has told. */
  left: number | undefined;
}

/** How long what comes first waits at most for others that share its call, ms. */
export interface Windows {
  snapshotMs: number;
  writeBackMs: number;
  /** Of a few that come alone: a person looks at them, and no call would get full. */
  fewWriteBacksMs: number;
  /** Of what people did with messages: nobody waits for it. */
  engagementMs: number;
}

/** From this part of the share on calls are saved. */
const TIGHT_FROM = 0.5;
/** The rest of the share is kept for what people just changed. */
const LIVE_ONLY_FROM = 0.95;
/** With less than this part left, the org's last calls are not for crowds, whoever used the others. */
const LITTLE_LEFT = 0.05;

/** People who look at a record don't notice the first ones. */
const EASY: Windows = { snapshotMs: 50, writeBackMs: 1_000, fewWriteBacksMs: 400, engagementMs: 60_000 };
const TIGHT: Windows = { snapshotMs: 1_000, writeBackMs: 15_000, fewWriteBacksMs: 15_000, engagementMs: 300_000 };

/** Calls that the relay may make within 24 hours. @param share part of the org's calls, above 0 and up to 1 */
export function allowedCalls(limit: number, share: number): number {
  return Math.max(1, Math.floor(limit * share));
}

/** Of how many own calls on nothing but live changes is worked on. */
export function liveOnlyFrom(limit: number, share: number): number {
  return allowedCalls(limit, share) * LIVE_ONLY_FROM;
}

/**
 * @param before the phase until now: one that was spent stays so until a little of the share is free again, or each
 * single call that ages out would wake the relay for one call
 */
export function phaseOf({ own, limit, left }: ApiUse, share: number, before: Phase): Phase {
  if (limit === undefined) return 'easy';
  const [allowed, liveOnly] = [allowedCalls(limit, share), liveOnlyFrom(limit, share)];
  if (own >= allowed || (before === 'spent' && own >= liveOnly)) return 'spent';
  if (own >= liveOnly || (left !== undefined && left < limit * LITTLE_LEFT)) return 'live_only';
  return own >= allowed * TIGHT_FROM ? 'tight' : 'easy';
}

export function windowsOf(phase: Phase): Windows {
  return phase === 'easy' ? EASY : TIGHT;
}

/** Whether crowds, backfills and reconcile go on. */
export function mayDoBulk(phase: Phase): boolean {
  return phase === 'easy' || phase === 'tight';
}
