import type { JSX } from 'preact';
import type { BackfillView } from '../../../server/console/contract.ts';
import { Card } from '../../parts/card.tsx';
import { Meter } from '../../parts/meter.tsx';
import { count, counted, percent } from '../../words/numbers.ts';
import { duration } from '../../words/times.ts';

/** How far a backfill is, and when it ends. */
export function BackfillCard({ backfill }: { backfill: BackfillView }): JSX.Element {
  const { done, total, perSecond, secondsLeft } = backfill;
  const text =
    total === null ? `${counted(done, 'record')} done` : `${count(done)} of ${counted(total, 'record')} done`;
  const pace = [
    perSecond === null ? undefined : `${count(perSecond)} a second`,
    secondsLeft === null ? undefined : `${duration(secondsLeft * 1_000)} left`,
  ].filter((part) => part !== undefined);
  return (
    <Card
      title="Backfill"
      note="Goes on behind everything that people change now."
      aside={total !== null && total > 0 && <strong>{percent(done / total)}</strong>}
    >
      {total !== null && <Meter value={done} max={total} tone="busy" />}
      <p class="meter-text">{[text, ...pace].join(' · ')}</p>
    </Card>
  );
}
