import { type ChildProcess, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What became of one cell. */
export interface CellResult {
  name: string;
  findings: string[];
  seconds: number;
}

export interface CrewOptions {
  /** Processes, one a core. */
  workers: number;
  /** Cells at once in each: most of their time is waiting. */
  parallel: number;
  onResult(result: CellResult): void;
}

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Plays cells in several processes. A worker that dies costs its cells, never the others. */
export async function playCells(names: readonly string[], { workers, parallel, onResult }: CrewOptions): Promise<void> {
  const waiting = [...names];
  await Promise.all(Array.from({ length: workers }, () => work(waiting, parallel, onResult)));
}

function work(waiting: string[], parallel: number, onResult: (result: CellResult) => void): Promise<void> {
  const child = fork(WORKER, [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'onesignal-salesforce-fault-matrix') },
  });
  const playing = new Set<string>();
  const sendNext = () => {
    const name = waiting.shift();
    if (name === undefined) return;
    playing.add(name);
    child.send(name);
  };
  child.on('message', (message) => {
    const result = message as CellResult;
    playing.delete(result.name);
    onResult(result);
    sendNext();
    if (playing.size === 0) child.disconnect();
  });
  for (let n = 0; n < parallel; n++) sendNext();
  if (playing.size === 0) child.disconnect();
  return ended(child).then(() => {
    for (const name of playing) onResult({ name, findings: ['the process that played it died'], seconds: 0 });
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.on('exit', () => resolve()));
}
