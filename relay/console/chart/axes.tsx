import type { JSX } from 'preact';
import { clock } from '../words/times.ts';
import { type Frame, HEIGHT, LEFT, RIGHT } from './frame.ts';
import { timeTicks } from './scale.ts';

/** Room for one time under the axis, px. */
const TICK_WIDTH = 84;

interface AxesProps {
  frame: Frame;
  ticks: readonly number[];
  from: number;
  to: number;
  formatTick(value: number): string;
}

export function Axes({ frame, ticks, from, to, formatTick }: AxesProps): JSX.Element {
  const times = timeTicks(from, to, Math.max(1, Math.floor((frame.width - LEFT) / TICK_WIDTH)));
  return (
    <g class="axes">
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={LEFT} x2={frame.width - RIGHT} y1={frame.y(tick)} y2={frame.y(tick)} />
          <text x={LEFT - 8} y={frame.y(tick) + 4} text-anchor="end">
            {formatTick(tick)}
          </text>
        </g>
      ))}
      {times.map((time) => (
        <text key={time} x={frame.x(time)} y={HEIGHT - 5} text-anchor="middle">
          {axisTime(time)}
        </text>
      ))}
    </g>
  );
}

/** The day where one begins, else the time. */
function axisTime(at: number): string {
  const date = new Date(at);
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
  return isMidnight ? clock(at, at + 2 * 86_400_000).replace(/,.*$/, '') : clock(at, at);
}
