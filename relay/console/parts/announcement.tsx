import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { Icon } from './icon.tsx';

const said = signal<{ text: string; round: number } | undefined>(undefined);

/** How long it can be seen, ms. Readers of the screen hear it once. */
const SHOWN_MS = 6_000;

/** Tells that something was done: shown for a while, and read out. */
export function announce(text: string): void {
  const round = (said.value?.round ?? 0) + 1;
  said.value = { text, round };
  setTimeout(() => {
    if (said.value?.round === round) said.value = undefined;
  }, SHOWN_MS);
}

export function Announcements(): JSX.Element {
  return (
    <div class="announcements" role="status" aria-live="polite">
      {said.value !== undefined && (
        <p key={said.value.round} class="announcement">
          <Icon name="good" />
          {said.value.text}
        </p>
      )}
    </div>
  );
}
