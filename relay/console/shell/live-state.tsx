import type { JSX } from 'preact';
import { Notice } from '../parts/notice.tsx';
import { Time } from '../parts/time.tsx';
import { liveState, overview } from '../session/live.ts';
import type { LiveState } from '../session/live-connection.ts';

const WORDS: Readonly<Record<LiveState, string>> = { connecting: 'Connecting', live: 'Live', lost: 'Not live' };

/** Whether what shows is the newest. */
export function LiveBadge(): JSX.Element {
  return (
    <p class={`live live-${liveState.value}`} role="status">
      <span class="dot" aria-hidden="true" />
      <span class="unseen">The connection to the relay: </span>
      {WORDS[liveState.value]}
    </p>
  );
}

/** Old figures must not pass for new ones. */
export function LiveBar(): JSX.Element | null {
  if (liveState.value !== 'lost') return null;
  return (
    <div role="alert">
      <Notice
        tone="warn"
        title="Not live: the connection to the relay is broken."
        next="Nothing; the page tries again by itself."
      >
        {overview.value !== undefined && (
          <p>
            What shows is from <Time at={overview.value.now} />.
          </p>
        )}
      </Notice>
    </div>
  );
}
