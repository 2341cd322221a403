import type { JSX } from 'preact';
import type { ConversionRow, Conversions } from '../../../server/console/contract.ts';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { count, percent } from '../../words/numbers.ts';

/** A message by the stage it met people in; those that most moved on after come first. */
export function ConversionTable({ told: { rows } }: { told: Conversions }): JSX.Element {
  const sorted = rows.toSorted((one, other) => other.movedOn - one.movedOn || other.engaged - one.engaged);
  return (
    <Card title="Message by stage">
      <DataTable
        caption="Message by stage"
        rows={sorted}
        keyOf={({ object, stage, messageId }) => [object, stage, messageId].join('/')}
        columns={COLUMNS}
      />
    </Card>
  );
}

const COLUMNS: readonly Column<ConversionRow>[] = [
  {
    title: 'Message',
    cell: ({ messageId, messageName }) =>
      messageName === null ? (
        <code>{messageId}</code>
      ) : (
        <>
          {messageName}
          <span class="under">
            <code>{messageId}</code>
          </span>
        </>
      ),
  },
  {
    title: 'In stage',
    cell: ({ object, stage }) => (
      <>
        {stage}
        <span class="under">{object}</span>
      </>
    ),
  },
  { title: 'Reached', isNumber: true, cell: ({ reached }) => count(reached) },
  { title: 'Engaged', isNumber: true, cell: ({ engaged }) => count(engaged) },
  { title: 'Moved on', isNumber: true, cell: ({ movedOn }) => count(movedOn) },
  { title: 'Share', isNumber: true, cell: ({ share }) => <Share share={share} /> },
];

function Share({ share }: { share: number | null }): JSX.Element {
  if (share === null) return <span class="muted">Nobody engaged</span>;
  return (
    <span class="share">
      <span class="share-bar" aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
      </span>
      {percent(share)}
    </span>
  );
}
