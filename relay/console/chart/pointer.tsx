import type { JSX, TargetedKeyboardEvent } from 'preact';

interface PointerProps {
  title: string;
  count: number;
  chosen: number | undefined;
  text: string;
  choose(index: number | undefined): void;
  indexAt(x: number): number;
}

/** Lies over the drawing and moves through it: with the pointer, or with the arrow keys as a slider does. */
export function Pointer({ title, count, chosen, text, choose, indexAt }: PointerProps): JSX.Element {
  const within = (index: number) => Math.max(0, Math.min(count - 1, index));
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const at = chosen ?? count - 1;
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: count - 1 }[event.key];
    if (event.key === 'Escape') choose(undefined);
    if (next === undefined) return;
    event.preventDefault();
    choose(within(next));
  };
  return (
    <div
      class="chart-pointer"
      role="slider"
      tabIndex={0}
      aria-label={`${title}: values over time`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, count - 1)}
      aria-valuenow={chosen ?? Math.max(0, count - 1)}
      aria-valuetext={text}
      onPointerMove={(event) => choose(within(indexAt(event.offsetX)))}
      onPointerLeave={() => choose(undefined)}
      onBlur={() => choose(undefined)}
      onKeyDown={onKeyDown}
    />
  );
}
