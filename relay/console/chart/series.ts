import { clock } from '../words/times.ts';

/** One line, or one layer of the bars. */
export interface Series<Point> {
  /** Its class in charts.css: a colour, and for lines a pattern, since colour alone tells some people nothing. */
  name: string;
  label: string;
  value(point: Point): number | null;
}

export interface TimeChartProps<Point> {
  title: string;
  /** What it comes to, in a sentence. */
  summary: string;
  shape: 'bars' | 'lines' | 'area';
  /** How far back it goes, whether or not there are points. */
  spanMs: number;
  stepMs: number;
  points: readonly Point[];
  series: readonly Series<Point>[];
  format(value: number): string;
  /** Shorter, for the axis. */
  formatTick(value: number): string;
  /** For what can’t be halved. */
  isWhole: boolean;
}

/** What a chart says of one time, for those who hear it. @param now ms since 1970 */
export function readOut<Point extends { at: number }>(
  point: Point,
  series: readonly Series<Point>[],
  format: (value: number) => string,
  now: number,
): string {
  const values = series.map(({ label, value }) => `${label} ${valueText(value(point), format)}`);
  return `${clock(point.at, now)}: ${values.join(', ')}`;
}

export function valueText(value: number | null, format: (value: number) => string): string {
  return value === null ? 'none' : format(value);
}
