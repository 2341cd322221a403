import { Presets, SingleBar } from 'cli-progress';
import type { ReconcileProgress } from '../pipeline/reconcile-tally.ts';

/** Between two lines where there is no terminal, ms. */
const LINE_MS = 2_000;

export interface ProgressDisplay {
  show(progress: ReconcileProgress): void;
  end(): void;
}

/** A bar on a terminal, a line every two seconds elsewhere. Both go to stderr: stdout is for the result. */
export function createProgressDisplay(stream: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): ProgressDisplay {
  const format = 'reconcile {bar} {percentage} % | {read} records read, {due} due | {eta_formatted} left';
  const shown = new SingleBar({ format, stream, clearOnComplete: true, hideCursor: true }, Presets.shades_classic);
  let isStarted = false;
  return {
    show(progress) {
      if (!isStarted) shown.start(100, 0, { read: 0, due: 0 });
      isStarted = true;
      shown.update(Math.floor(100 * shareDone(progress)), { read: progress.read, due: progress.due });
    },
    end() {
      if (isStarted) shown.stop();
    },
  };
}

function lines(stream: NodeJS.WriteStream): ProgressDisplay {
  let last = performance.now();
  return {
    show(progress) {
      if (performance.now() - last < LINE_MS) return;
      last = performance.now();
      const percent = Math.floor(100 * shareDone(progress));
      stream.write(`reconcile: ${percent} %, ${progress.read} records read, ${progress.due} due\n`);
    },
    end: () => undefined,
  };
}

/** In [0, 1], by the time span that is read. */
export function shareDone({ from, readUpTo, until }: ReconcileProgress): number {
  return until <= from ? 1 : Math.min(1, Math.max(0, (readUpTo - from) / (until - from)));
}
