import type { ComponentChildren, JSX } from 'preact';
import type { Tone } from '../words/health.ts';
import { Icon } from './icon.tsx';

/** A word with its sign: the colour is never the only one. */
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }): JSX.Element {
  return (
    <span class={`badge tone-${tone}`}>
      <Icon name={tone} />
      {children}
    </span>
  );
}
