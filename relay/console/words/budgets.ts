import type { BudgetView } from '../../server/console/contract.ts';
import type { Tone } from './health.ts';
import { clock, fromNow } from './times.ts';

const PHASES: Readonly<Record<string, { word: string; tone: Tone }>> = {
  easy: { word: 'Plenty left', tone: 'good' },
  tight: { word: 'Used sparingly', tone: 'warn' },
  'live only': { word: 'Live changes only', tone: 'warn' },
  spent: { word: 'Used up', tone: 'bad' },
};

/** How far an allotment is used. */
export interface BudgetWords {
  word: string;
  tone: Tone;
  forecast: string;
}

/** @param now ms since 1970 */
export function budgetWords(budget: BudgetView, now: number): BudgetWords {
  const { word, tone } = PHASES[budget.phase.replaceAll('_', ' ')] ?? { word: budget.phase, tone: 'idle' };
  return { word, tone, forecast: forecastOf(budget, now) };
}

function forecastOf({ spentUntil, runsOutAt }: BudgetView, now: number): string {
  const when = (at: number) => `${clock(at, now)} (${fromNow(at, now)})`;
  if (spentUntil !== null) return `Used up until ${when(spentUntil)}. Nothing is lost meanwhile.`;
  if (runsOutAt !== null) return `At the pace of the last hour it is used up at ${when(runsOutAt)}.`;
  return 'At the pace of the last hour it does not run out.';
}
