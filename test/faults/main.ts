import { Worker } from 'node:worker_threads';
import { Command } from 'commander';
import { wholeNumber } from '../../scripts/whole-number.ts';
import { allPairs, type Cell } from './matrix.ts';
import { printMatrix } from './print-matrix.ts';
import type { CellResult } from './run-cell.ts';

interface Options {
  json?: true;
  only?: { fault: string; step: string };
  parallel: number;
}

const THREADS = 2;
const LIMIT_MS = 5 * 60_000;

async function main({ json, only, parallel }: Options): Promise<number> {
  const began = performance.now();
  const { cells, impossible } = allPairs();
  const places = cells.flatMap((cell, place) => (isMeant(cell, only) ? [place] : []));
  if (places.length === 0) {
    process.stderr.write('No cell has such a name.\n');
    return 1;
  }
  const results = await play(places, Math.max(1, Math.floor(parallel / THREADS)));
  const seconds = Math.round((performance.now() - began) / 1000);
  const failed = results.filter(({ findings }) => findings.length > 0);
  const isInTime = performance.now() - began <= LIMIT_MS;
  const missing = places.length - results.length;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ cells: results.length, failed, missing, impossible, seconds, isInTime })}\n`,
    );
  } else {
    process.stdout.write(`${printMatrix(results, impossible).join('\n')}\n\n`);
    const late = isInTime ? '' : `, longer than the ${LIMIT_MS / 60_000} minutes that it may take`;
    const lost = missing === 0 ? '' : `, ${missing} not played`;
    const good = results.length - failed.length;
    process.stdout.write(
      `${good} of ${results.length} cells right, ${failed.length} wrong${lost}, ${impossible.length} pairs not played; ${seconds} s${late}\n`,
    );
  }
  return failed.length + missing === 0 && isInTime ? 0 : 1;
}

function isMeant({ fault, step }: Cell, only: Options['only']): boolean {
  return only === undefined || (fault.name.includes(only.fault) && (only.step === '' || step.name === only.step));
}

/** Spreads the cells over threads, so that both cores help with the emulators' work. What is not played at the limit is left. */
async function play(places: readonly number[], parallel: number): Promise<CellResult[]> {
  const results: CellResult[] = [];
  const threads = Array.from({ length: THREADS }, (_, thread) => {
    const own = places.filter((_place, index) => index % THREADS === thread);
    const worker = new Worker(new URL('./shard.ts', import.meta.url), { workerData: { places: own, parallel } });
    const limit = setTimeout(() => void worker.terminate(), LIMIT_MS);
    worker.on('message', (result: CellResult) => void results.push(result));
    return new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', () => {
        clearTimeout(limit);
        resolve();
      });
    });
  });
  await Promise.all(threads);
  return results;
}

function cellName(text: string): { fault: string; step: string } {
  // Names of faults have colons followed by a space; the one before a step has none.
  const [, fault = text, step = ''] = /^(.*?)(?::(?! )(.*))?$/.exec(text) ?? [];
  return { fault, step };
}

const program = new Command('test:faults')
  .description('Lets every fault strike at every step, and shows that everything comes right.')
  .option('--only <fault[:step]>', 'a part of the fault’s name, and the step’s whole name', cellName)
  .option('--parallel <n>', 'worlds at once', wholeNumber(3), 48)
  .option('--json', 'print one JSON summary on the last line')
  .parse();
process.exitCode = await main(program.opts<Options>());
