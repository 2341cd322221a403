import type { JSX } from 'preact';
import type { Frame } from './frame.ts';
import type { Series, TimeChartProps } from './series.ts';

/** The values themselves. */
export function Shapes<Point extends { at: number }>(props: TimeChartProps<Point> & { frame: Frame }): JSX.Element {
  if (props.shape === 'bars') return <Bars {...props} />;
  return (
    <>
      {props.series.map((one) => (
        <Line key={one.name} {...props} one={one} />
      ))}
    </>
  );
}

function Bars<Point extends { at: number }>({ points, series, frame }: TimeChartProps<Point> & { frame: Frame }) {
  const gap = frame.step > 5 ? 1.5 : 0.5;
  return (
    <>
      {points.map((point) => {
        let below = 0;
        return series.map(({ name, value }) => {
          const size = value(point) ?? 0;
          const [bottom, top] = [frame.y(below), frame.y(below + size)];
          below += size;
          if (size === 0) return null;
          // One that failed among thousands is to be seen.
          const height = Math.max(1.5, bottom - top);
          return (
            <rect
              key={`${point.at}${name}`}
              class={`bar series-${name}`}
              x={frame.x(point.at) + gap / 2}
              width={Math.max(1, frame.step - gap)}
              y={bottom - height}
              height={height}
            />
          );
        });
      })}
    </>
  );
}

type LineProps<Point> = TimeChartProps<Point> & { frame: Frame; one: Series<Point> };

function Line<Point extends { at: number }>({ points, stepMs, shape, frame, one }: LineProps<Point>): JSX.Element {
  const runs = unbroken(points, stepMs, one);
  const place = ({ point, value }: { point: Point; value: number }) =>
    `${frame.x(point.at + stepMs / 2).toFixed(1)} ${frame.y(value).toFixed(1)}`;
  return (
    <g class={`series-${one.name}`}>
      {runs.map((run) => {
        const [first, last] = [run[0], run.at(-1)];
        if (first === undefined || last === undefined) return null;
        const path = `M${run.map(place).join('L')}`;
        const floor = `V${frame.y(0)}H${frame.x(first.point.at + stepMs / 2).toFixed(1)}Z`;
        return (
          <g key={first.point.at}>
            {shape === 'area' && <path class="area" d={`${path}${floor}`} />}
            {/* One alone is no line, and has no length to be seen by. */}
            <path class={run.length === 1 ? 'line alone' : 'line'} d={run.length === 1 ? `${path}h.1` : path} />
          </g>
        );
      })}
    </g>
  );
}

/** Stretches with a value at each step: where there was none, or no point, the line has a gap. */
function unbroken<Point extends { at: number }>(points: readonly Point[], stepMs: number, { value }: Series<Point>) {
  const runs: { point: Point; value: number }[][] = [];
  let before: number | undefined;
  for (const point of points) {
    const size = value(point);
    if (size !== null) {
      if (before !== point.at - stepMs) runs.push([]);
      runs.at(-1)?.push({ point, value: size });
      before = point.at;
    }
  }
  return runs;
}
