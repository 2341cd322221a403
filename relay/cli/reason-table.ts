import Table from 'cli-table3';
import type { ReasonCounts } from '../pipeline/preview/preview-tally.ts';

/** Without colours. */
export const PLAIN = { head: [], border: [] };

/** Empty where every record is fine. */
export function reasonTable(reasons: readonly ReasonCounts[]): string {
  if (reasons.length === 0) return '';
  const table = new Table({ head: ['status', 'reason', 'records', 'for example'], style: PLAIN });
  for (const { status, reason, records, examples } of reasons)
    table.push([status, reason, records, examples.join('\n')]);
  return table.toString();
}
