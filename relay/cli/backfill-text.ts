import type { BackfillOptions } from '../pipeline/backfill/backfill-options.ts';
import type { BackfillProgress } from '../pipeline/backfill/backfill-progress.ts';

/** Records that one read and one status write take: https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-sobjects-collections-update.html */
const RECORDS_A_CALL = 200;

/** What sending the records that are due costs. */
export interface BackfillEstimate {
  seconds: number;
  salesforceCalls: number;
}

/** A user that is new is one request to OneSignal; one that the app has already takes two more. */
export function estimateOf({ due, read }: BackfillProgress, requestsPerSecond: number): BackfillEstimate {
  const seconds = Math.ceil(due / requestsPerSecond);
  return { seconds, salesforceCalls: 2 * Math.ceil(due / RECORDS_A_CALL) + Math.ceil(read / 10_000) };
}

export function backfillText(
  { found, due, read }: BackfillProgress,
  { isDryRun }: BackfillOptions,
  { seconds, salesforceCalls }: BackfillEstimate,
): string {
  const right = `${Math.max(0, read - due)} have their verdict, or are due already`;
  const counts = `${found} records found: ${due} ${isDryRun ? 'would be' : 'were'} synced, ${right}.`;
  if (!isDryRun) return `${counts} OneSignal has been told of them all.`;
  return `${counts}\nAt the configured rate that takes ${spanOf(seconds)} and about ${salesforceCalls} of the org’s API calls. Dry run: nothing was changed.`;
}

/** What a display says while it lasts: how much is done, how fast, and how long it will take. */
export function paceOf(now: () => number = performance.now.bind(performance)) {
  const start = { at: now(), done: undefined as number | undefined };
  const doneOf = ({ read, left }: BackfillProgress) => Math.max(0, read - left);
  return {
    share: (progress: BackfillProgress) => (progress.found === 0 ? 0 : Math.min(1, doneOf(progress) / progress.found)),
    text(progress: BackfillProgress): string {
      const { phase, found, read, due, left } = progress;
      const done = doneOf(progress);
      start.done ??= done;
      const rate = ((done - start.done) * 1_000) / Math.max(1, now() - start.at);
      if (phase === 'finding') return `${read} read, Salesforce looks for more`;
      const rest = rate > 0 ? `, ${spanOf((found - done) / rate)} left` : '';
      return `${done} of ${found} records, ${due} due, ${left} of them waiting, ${Math.round(rate)}/s${rest}`;
    },
  };
}

function spanOf(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3_600)} h`;
}
