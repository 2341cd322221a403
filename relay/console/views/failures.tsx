import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { announce } from '../parts/announcement.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Heading } from '../parts/heading.tsx';
import { Icon } from '../parts/icon.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Told } from '../parts/told.tsx';
import { overview } from '../session/live.ts';
import { counted } from '../words/numbers.ts';
import { FailedRecords } from './failures/failed-records.tsx';
import { ReasonGroups } from './failures/reason-groups.tsx';
import { useFailures } from './failures/use-failures.ts';
import { useRetry } from './failures/use-retry.ts';

/** What failed, grouped by why: the meaning, the next step, and a Retry on each, on a group and on all. */
export function FailuresView({ reason }: { reason: string | null }): JSX.Element {
  const failures = useFailures(reason);
  const retry = useRetry((retried) => {
    announce(`${counted(retried, 'record')} will be sent again.`);
    failures.reload();
  });
  const [isConfirming, setIsConfirming] = useState(false);
  useNewFailures(failures.refresh);
  const total = failures.data?.groups.reduce((sum, group) => sum + group.count, 0) ?? 0;

  const retryAll = () => {
    setIsConfirming(false);
    retry.ask({});
  };

  return (
    <>
      <Heading title="Failures">
        {total > 0 && (
          <button type="button" class="button" disabled={retry.isAsking} onClick={() => setIsConfirming(true)}>
            <Icon name="retry" />
            Retry all {counted(total, 'record')}
          </button>
        )}
      </Heading>
      {retry.failure !== undefined && <FailureNotice failure={retry.failure} />}
      <Told of={failures} what="the failed records">
        {(told) =>
          told.groups.length === 0 ? (
            <Empty title="Nothing has failed.">
              Records that OneSignal or Salesforce refuses are listed here, each with what to do.
            </Empty>
          ) : (
            <>
              <ReasonGroups groups={told.groups} chosen={reason} retry={retry} />
              <FailedRecords failures={failures} told={told} reason={reason} retry={retry} />
            </>
          )
        }
      </Told>
      {isConfirming && (
        <Confirm
          title={`Retry all ${counted(total, 'failed record')}?`}
          action="Retry all"
          confirm={retryAll}
          cancel={() => setIsConfirming(false)}
        >
          <p>
            Each is read from Salesforce again and sent. Those whose cause is not gone fail again, for the same reason.
          </p>
        </Confirm>
      )}
    </>
  );
}

/** The list is asked for anew when the relay tells of another number of them. */
function useNewFailures(refresh: () => void): void {
  const count = overview.value?.work.deadLetters;
  const before = useRef(count);
  useEffect(() => {
    if (before.current !== undefined && count !== before.current) refresh();
    before.current = count;
  }, [count, refresh]);
}
