import type { JSX } from 'preact';
import type { FailedRecord, Failures } from '../../../server/console/contract.ts';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Time } from '../../parts/time.tsx';
import { Empty } from '../../parts/told.tsx';
import { hrefOf } from '../../session/route.ts';
import { count } from '../../words/numbers.ts';
import type { FailuresResource } from './use-failures.ts';
import type { Retry } from './use-retry.ts';

interface FailedRecordsProps {
  failures: FailuresResource;
  told: Failures;
  reason: string | null;
  retry: Retry;
}

export function FailedRecords({ failures, told, reason, retry }: FailedRecordsProps): JSX.Element {
  const { records } = told;
  const { more, isLoading } = failures;
  return (
    <Card
      title={reason === null ? 'Failed records' : `Failed records: ${reason}`}
      aside={<span class="muted">{`${count(records.length)} shown`}</span>}
    >
      {records.length === 0 ? (
        <Empty title="None for this reason any more." />
      ) : (
        <DataTable
          caption="Failed records"
          columns={columns(retry)}
          rows={records}
          keyOf={({ recordId }) => recordId}
        />
      )}
      {more !== undefined && (
        <button type="button" class="button wide" disabled={isLoading} onClick={more}>
          {isLoading ? 'Loading…' : 'Show more'}
        </button>
      )}
    </Card>
  );
}

function columns(retry: Retry): readonly Column<FailedRecord>[] {
  return [
    {
      title: 'Record',
      cell: ({ recordId, object }) => (
        <>
          <a href={hrefOf({ view: 'record', recordId })}>
            <code>{recordId}</code>
          </a>
          <span class="under">{object}</span>
        </>
      ),
    },
    {
      title: 'Why',
      cell: ({ detail, reason }) => (
        <>
          {detail}
          <span class="under">
            <code>{reason}</code>
          </span>
        </>
      ),
    },
    { title: 'Stage', cell: ({ stage }) => stage ?? 'No stage' },
    { title: 'Failed', cell: ({ decidedAt }) => <Time at={decidedAt} /> },
    {
      title: 'Action',
      cell: ({ recordId }) => (
        <button
          type="button"
          class="button small"
          disabled={retry.isAsking}
          aria-label={`Retry ${recordId}`}
          onClick={() => retry.ask({ recordIds: [recordId] })}
        >
          <Icon name="retry" />
          Retry
        </button>
      ),
    },
  ];
}
