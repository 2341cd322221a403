import type { CannedAnswer, SlowQueries } from './fault-state.ts';

/** A query that ran for too long, as REST tells it: https://github.com/restforce/restforce/issues/790 */
export function timedOut(errorCode: string): CannedAnswer {
  const body = JSON.stringify([{ message: 'Your query request was running for too long.', errorCode }]);
  return { status: 400, body, contentType: 'application/json' };
}

/** Whether a query of so many rows is one of the slow ones. `now` is where a span of stamps without an end reaches to. */
export function isTooSlow(slow: SlowQueries, soql: string, rows: number, now: number): boolean {
  if (slow.object !== undefined && !soql.includes(` FROM ${slow.object} `)) return false;
  return rows > slow.mostRows || spanOf(soql, now) > slow.longestSpanMs;
}

/** The span of SystemModstamp that a query asks for, ms; 0 where it asks for none. */
function spanOf(soql: string, now: number): number {
  const from = bound(soql, '>=');
  return from === undefined ? 0 : (bound(soql, '<') ?? now) - from;
}

function bound(soql: string, operator: '>=' | '<'): number | undefined {
  const literal = new RegExp(`SystemModstamp ${operator} (\\S+)`).exec(soql)?.[1];
  return literal === undefined ? undefined : Date.parse(literal);
}
