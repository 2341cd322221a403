import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { DataTable } from '../parts/data-table.tsx';
import { now } from '../session/relay-clock.ts';
import { clock } from '../words/times.ts';
import type { TimeChartProps } from './series.ts';

/** The same as a table, the newest first; made only once somebody asks for it. */
export function ChartTable<Point extends { at: number }>(props: TimeChartProps<Point>): JSX.Element {
  const { title, points, series, format } = props;
  const [isOpen, setIsOpen] = useState(false);
  const columns = [
    { title: 'Time', cell: (point: Point) => clock(point.at, now.peek()) },
    ...series.map(({ label, value }) => ({
      title: label,
      isNumber: true,
      cell(point: Point) {
        const size = value(point);
        return size === null ? '–' : format(size);
      },
    })),
  ];
  return (
    <details class="chart-table" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        Show as a table<span class="unseen">: {title}</span>
      </summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be scrolled by keyboard too
        <section class="scroll" tabIndex={0} aria-label={`${title}, as a table`}>
          <DataTable caption={title} columns={columns} rows={points.toReversed()} keyOf={({ at }) => String(at)} />
        </section>
      )}
    </details>
  );
}
