import { Presets, SingleBar } from 'cli-progress';

/** Between two lines where there is no terminal, ms. */
const LINE_MS = 2_000;

export interface ProgressDisplay<Progress> {
  show(progress: Progress): void;
  end(): void;
}

export interface Displayed<Progress> {
  /** What is under way, in a word. */
  name: string;
  /** In [0, 1]. */
  share(progress: Progress): number;
  /** What there is to say besides. */
  text(progress: Progress): string;
}

/** A bar on a terminal, a line every two seconds elsewhere. Both go to stderr: stdout is for the result. */
export function createProgressDisplay<Progress>(
  displayed: Displayed<Progress>,
  stream: NodeJS.WriteStream = process.stderr,
): ProgressDisplay<Progress> {
  return stream.isTTY ? bar(displayed, stream) : lines(displayed, stream);
}

function bar<Progress>(
  { name, share, text }: Displayed<Progress>,
  stream: NodeJS.WriteStream,
): ProgressDisplay<Progress> {
  const format = `${name} {bar} {percentage} % | {text} | {eta_formatted} left`;
  const shown = new SingleBar({ format, stream, clearOnComplete: true, hideCursor: true }, Presets.shades_classic);
  let isStarted = false;
  return {
    show(progress) {
      if (!isStarted) shown.start(100, 0, { text: '' });
      isStarted = true;
      shown.update(Math.floor(100 * share(progress)), { text: text(progress) });
    },
    end() {
      if (isStarted) shown.stop();
    },
  };
}

function lines<Progress>(
  { name, share, text }: Displayed<Progress>,
  stream: NodeJS.WriteStream,
): ProgressDisplay<Progress> {
  let last = performance.now();
  return {
    show(progress) {
      if (performance.now() - last < LINE_MS) return;
      last = performance.now();
      stream.write(`${name}: ${Math.floor(100 * share(progress))} %, ${text(progress)}\n`);
    },
    end: () => undefined,
  };
}
