import type { JSX } from 'preact';
import type { MappedStage, MappingView } from '../../../server/console/contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/told.tsx';
import { counted } from '../../words/numbers.ts';

interface StagesCardProps {
  stages: readonly MappedStage[];
  settings: MappingView['settings'];
}

/** Each stage and what OneSignal gets for it; stages that no row maps come first, since somebody may have forgotten them. */
export function StagesCard({ stages, settings }: StagesCardProps): JSX.Element {
  const skips = settings.some(({ name, value }) => name === 'Unmapped_Stage__c' && value === 'Skip');
  const unmapped = stages.filter(({ lifecycleStage }) => lifecycleStage === null);
  const rows = [...unmapped, ...stages.filter(({ lifecycleStage }) => lifecycleStage !== null)];
  return (
    <Card
      title="Stages"
      note={skips ? 'A stage that no row maps is skipped.' : 'A stage that no row maps is sent as it is.'}
      aside={
        unmapped.length > 0 && (
          <Badge tone={skips ? 'warn' : 'idle'}>{counted(unmapped.length, 'stage')} not mapped</Badge>
        )
      }
    >
      {rows.length === 0 ? (
        <Empty title="No stage is known.">The relay has not read the org’s picklists yet.</Empty>
      ) : (
        <DataTable
          caption="Stages"
          rows={rows}
          keyOf={({ object, stage }) => `${object}/${stage}`}
          classOf={({ lifecycleStage }) => (skips && lifecycleStage === null ? 'is-marked' : '')}
          columns={columns(skips)}
        />
      )}
    </Card>
  );
}

function columns(skips: boolean): readonly Column<MappedStage>[] {
  return [
    {
      title: 'Stage',
      cell: ({ stage, isInPicklist }) => (
        <>
          {stage}
          {!isInPicklist && <span class="under">Not in the picklist any more</span>}
        </>
      ),
    },
    { title: 'Object', cell: ({ object }) => object },
    {
      title: 'Lifecycle stage',
      cell: ({ stage, lifecycleStage }) => {
        if (lifecycleStage !== null) return <code>{lifecycleStage}</code>;
        return (
          <>
            <Badge tone={skips ? 'warn' : 'idle'}>Not mapped</Badge>
            <span class="under">{skips ? 'Skipped' : `Sent as “${stage}”`}</span>
          </>
        );
      },
    },
    { title: 'Custom event', cell: ({ customEvent }) => (customEvent === null ? '–' : <code>{customEvent}</code>) },
    {
      title: 'Message',
      cell: ({ messageTemplate }) => (messageTemplate === null ? '–' : <code>{messageTemplate}</code>),
    },
  ];
}
