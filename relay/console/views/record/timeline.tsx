import type { JSX } from 'preact';
import type { TimelineEntry } from '../../../server/console/contract.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { TagDifference } from '../../parts/tag-difference.tsx';
import { Time } from '../../parts/time.tsx';
import { Empty } from '../../parts/told.tsx';
import { entryWords } from '../../words/timeline.ts';
import { duration } from '../../words/times.ts';

/** What happened to a record, the newest first. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }): JSX.Element {
  if (entries.length === 0)
    return <Empty title="Nothing is kept about it.">The relay keeps what happens from now on, for a while.</Empty>;
  return (
    <ol class="timeline">
      {entries.map((entry, index) => {
        const { tone, title } = entryWords(entry);
        return (
          // Two entries can be of one time and kind; they only ever come at the top.
          <li key={entries.length - index} class={`tone-${tone}`}>
            <span class="timeline-sign">
              <Icon name={iconOf(entry)} />
            </span>
            <div>
              <p class="timeline-head">
                <strong>{title}</strong>
                <Time at={entry.at} />
              </p>
              <Details entry={entry} />
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function iconOf(entry: TimelineEntry): IconName {
  switch (entry.kind) {
    case 'due':
      return 'busy';
    case 'verdict':
      return entryWords(entry).tone;
    case 'write_back':
      return 'writeBack';
    default:
      return entry.kind;
  }
}

function Details({ entry }: { entry: TimelineEntry }): JSX.Element | null {
  switch (entry.kind) {
    case 'due':
      return <Due entry={entry} />;
    case 'plan':
      return <TagDifference {...entry} />;
    case 'call':
      return (
        <p>
          {entry.answer} <span class="muted">in {duration(entry.ms)}</span>
        </p>
      );
    case 'verdict':
      return (
        <>
          <p>
            <code>{entry.reason}</code> {entry.detail}
          </p>
          {entry.stage !== null && <p class="muted">Stage: {entry.stage}</p>}
        </>
      );
    case 'write_back':
      return entry.answer === 'written' ? null : <p>{entry.answer}</p>;
    case 'engagement':
      return entry.message === null ? null : <p>{entry.message}</p>;
  }
}

function Due({ entry: { stage, changedAt } }: { entry: TimelineEntry & { kind: 'due' } }): JSX.Element | null {
  if (stage === null && changedAt === null) return null;
  return (
    <p>
      {stage !== null && <>Stage: {stage}</>}
      {changedAt !== null && (
        <span class="muted">
          {stage === null ? 'Changed ' : ', changed '}
          <Time at={changedAt} />
        </span>
      )}
    </p>
  );
}
