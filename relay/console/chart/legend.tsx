import type { JSX } from 'preact';
import { now } from '../session/relay-clock.ts';
import { clock } from '../words/times.ts';
import { type Series, valueText } from './series.ts';

interface LegendProps<Point> {
  series: readonly Series<Point>[];
  shape: string;
  point: Point | undefined;
  format(value: number): string;
}

/** What each line is; while a time is pointed at, what it was then. */
export function Legend<Point extends { at: number }>({
  series,
  shape,
  point,
  format,
}: LegendProps<Point>): JSX.Element {
  return (
    <p class="legend" aria-hidden="true">
      {series.map(({ name, label, value }) => (
        <span key={name}>
          <svg class={`key series-${name}`} viewBox="0 0 20 10" width="20" height="10" aria-hidden="true">
            {shape === 'lines' ? (
              <path class="line" d="M0 5h20" />
            ) : (
              <rect class="bar" width="12" height="10" x="4" rx="2" />
            )}
          </svg>
          {label}
          {point !== undefined && <strong>{valueText(value(point), format)}</strong>}
        </span>
      ))}
      {point !== undefined && <span class="legend-time">{clock(point.at, now.peek())}</span>}
    </p>
  );
}
