import type { JSX } from 'preact';
import { now } from '../session/relay-clock.ts';
import { exactTime, fromNow } from '../words/times.ts';

/** How long ago or until when; the exact time in the viewer’s zone shows on hover and on focus, and is read out. */
export function Time({ at }: { at: number }): JSX.Element {
  const exact = exactTime(at);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the exact time is to be had by keyboard too
    <time class="time" dateTime={new Date(at).toISOString()} data-exact={exact} tabIndex={0}>
      {fromNow(at, now.value)}
      <span class="unseen">, {exact}</span>
    </time>
  );
}
