import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { RecordStory } from '../../server/console/contract.ts';
import { announce } from '../parts/announcement.tsx';
import { Card } from '../parts/card.tsx';
import { Heading } from '../parts/heading.tsx';
import { Icon } from '../parts/icon.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Told } from '../parts/told.tsx';
import { get } from '../session/api.ts';
import { useEvery } from '../session/every.ts';
import { overview } from '../session/live.ts';
import { type Resource, useResource } from '../session/resource.ts';
import { hrefOf } from '../session/route.ts';
import { useRetry } from './failures/use-retry.ts';
import { RecordFacts } from './record/record-facts.tsx';
import { RecordState } from './record/record-state.tsx';
import { Timeline } from './record/timeline.tsx';

/** While a verdict is awaited the record is looked at so often, ms; else when the relay tells of something new. */
const PENDING_MS = 1_500;

/** The whole story of one record. */
export function RecordView({ recordId }: { recordId: string }): JSX.Element {
  const story = useResource(`records/${recordId}`, (signal) =>
    get<RecordStory>(`/api/records/${encodeURIComponent(recordId)}`, signal),
  );
  useFresh(story);
  const retry = useRetry(() => {
    announce('The record will be sent again.');
    story.reload();
  });
  const isUnknown = story.failure?.status === 404;
  const isFailed = story.data?.state === 'Failed';
  return (
    <>
      <p class="back">
        <a href={hrefOf({ view: 'search', query: '' })}>Search another record</a>
      </p>
      <Heading title={`${story.data?.object ?? 'Record'} ${recordId}`}>
        {isFailed && (
          <button
            type="button"
            class="button primary"
            disabled={retry.isAsking}
            onClick={() => retry.ask({ recordIds: [recordId] })}
          >
            <Icon name="retry" />
            Retry
          </button>
        )}
      </Heading>
      {retry.failure !== undefined && <FailureNotice failure={retry.failure} />}
      {isUnknown ? (
        <Empty title="The relay does not know this record.">
          It knows a record from its first stage change or backfill on, and forgets those that are long gone.
        </Empty>
      ) : (
        <Told of={story} what="the record">
          {(told) => <Story story={told} />}
        </Told>
      )}
    </>
  );
}

function Story({ story }: { story: RecordStory }): JSX.Element {
  return (
    <>
      <RecordState story={story} />
      <div class="record">
        <Card title="What happened" note="The newest first.">
          <Timeline entries={story.timeline} />
        </Card>
        <RecordFacts story={story} />
      </div>
    </>
  );
}

function useFresh({ data, refresh }: Resource<RecordStory>): void {
  const told = overview.value?.now;
  // What the relay tells may be about this record.
  useEffect(() => {
    if (data !== undefined) refresh();
  }, [told, refresh]);
  useEvery(data?.state === 'Pending' ? PENDING_MS : null, refresh);
}
