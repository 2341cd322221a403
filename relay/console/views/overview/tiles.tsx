import type { ComponentChildren, JSX } from 'preact';
import type { Overview } from '../../../server/console/contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { Time } from '../../parts/time.tsx';
import { hrefOf } from '../../session/route.ts';
import { count } from '../../words/numbers.ts';
import { streamWords } from '../../words/states.ts';
import { duration } from '../../words/times.ts';

/** The figures that an operator looks at first. */
export function Tiles({ told: { stream, work } }: { told: Overview }): JSX.Element {
  const { word, tone } = streamWords(stream.state);
  return (
    <section class="tiles" aria-label="At a glance">
      <Tile title="Event stream" value={<Badge tone={tone}>{word}</Badge>}>
        {stream.lastAliveAt === null ? (
          'Salesforce has not answered yet'
        ) : (
          <>
            Last answer <Time at={stream.lastAliveAt} />
          </>
        )}
        <br />
        {stream.lastEventAt === null ? (
          'No event yet'
        ) : (
          <>
            Last event <Time at={stream.lastEventAt} />
          </>
        )}
      </Tile>
      <Tile title="Median lag" value={stream.latency === null ? '–' : duration(stream.latency.p50)}>
        {stream.latency === null ? (
          'Nothing was sent in the last quarter of an hour'
        ) : (
          <>
            95% within {duration(stream.latency.p95)}
            <br />
            99% within {duration(stream.latency.p99)}
          </>
        )}
      </Tile>
      <Tile title="Records due" value={count(work.due)}>
        {work.isPaused ? 'Kept while the sync is paused' : 'Waiting to be sent to OneSignal'}
      </Tile>
      <Tile title="Statuses to write" value={count(work.pendingWriteBacks)}>
        On their way back to Salesforce
      </Tile>
      <Tile title="Failed records" value={count(work.deadLetters)} isBad={work.deadLetters > 0}>
        {work.deadLetters === 0 ? 'None' : <a href={hrefOf({ view: 'failures', reason: null })}>See why, and retry</a>}
      </Tile>
      {work.underOtherMapping > 0 && (
        <Tile title="Older mapping" value={count(work.underOtherMapping)}>
          <code>backfill --changed</code> applies the edit to them
        </Tile>
      )}
    </section>
  );
}

interface TileProps {
  title: string;
  value: ComponentChildren;
  isBad?: boolean;
  children: ComponentChildren;
}

function Tile({ title, value, isBad = false, children }: TileProps): JSX.Element {
  return (
    <div class={`tile ${isBad ? 'is-bad' : ''}`}>
      <h2>{title}</h2>
      <p class="tile-value">{value}</p>
      <p class="tile-note">{children}</p>
    </div>
  );
}
