import type { JSX } from 'preact';
import type { Tone } from '../words/health.ts';

interface MeterProps {
  value: number;
  max: number;
  tone: Tone;
  /** A second part that others used, after the first. */
  others?: number;
}

/** How much of something is used. The same stands beside it in words, so nobody is read it. */
export function Meter({ value, max, tone, others = 0 }: MeterProps): JSX.Element {
  const part = (amount: number) => `${Math.min(100, max === 0 ? 100 : (amount / max) * 100)}%`;
  return (
    <div class={`meter tone-${tone}`} aria-hidden="true">
      <span class="meter-fill" style={{ width: part(value) }} />
      {others > 0 && <span class="meter-others" style={{ width: part(others) }} />}
    </div>
  );
}
