import { execFile } from 'node:child_process';

/**
 * Shares the seeds `first` to `first + count - 1` out to processes of a main module that takes `--seed`, `--processes`,
 * `--json` and a count: each process has a time of its own. @returns what each printed
 */
export function shareOut<Part>(
  main: URL,
  countOption: `--${string}`,
  { first, count, processes }: { first: number; count: number; processes: number },
): Promise<Part[]> {
  const share = Math.ceil(count / processes);
  const starts = Array.from({ length: Math.ceil(count / share) }, (_, index) => first + index * share);
  return Promise.all(
    starts.map((start) => {
      const ofShare = Math.min(share, first + count - start);
      return runElsewhere<Part>(main, ['--seed', `${start}`, countOption, `${ofShare}`, '--processes', '1', '--json']);
    }),
  );
}

function runElsewhere<Part>(main: URL, options: readonly string[]): Promise<Part> {
  const node = [...process.execArgv, main.pathname, ...options];
  return new Promise((resolve, reject) => {
    // Findings end the other process with 1 too: what it printed tells.
    execFile(process.execPath, node, { maxBuffer: 2 ** 30 }, (error, stdout) => {
      if (stdout === '') reject(error);
      else resolve(JSON.parse(stdout) as Part);
    });
  });
}
