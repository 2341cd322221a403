import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { type CellResult, playCells } from './crew.ts';
import { allPairs, type Cell, nameOf } from './matrix.ts';
import { impossibleText, matrixText } from './report.ts';

interface Options {
  only?: string;
  json?: true;
}

/** The matrix is to be played before each release: it must not take longer on two cores. */
const LONGEST_MS = 300_000;
const CELLS_AT_ONCE = 48;
const MOST_WORKERS = 4;

async function main({ only, json }: Options): Promise<number> {
  const say = json ? () => undefined : (text: string) => void process.stdout.write(`${text}\n`);
  const { cells, none } = allPairs();
  const chosen = only === undefined ? cells : cells.filter((cell) => isMeant(cell, only));
  if (chosen.length === 0) {
    process.stderr.write(`No cell that can happen is meant by ${only}.\n`);
    return 1;
  }
  const begun = performance.now();
  const results = new Map<string, CellResult>();
  await playCells(chosen.map(nameOf), {
    workers: Math.min(MOST_WORKERS, Math.max(1, availableParallelism())),
    parallel: CELLS_AT_ONCE,
    onResult(result) {
      results.set(result.name, result);
      if (result.findings.length > 0) reportFailure(result, say);
      if (process.stderr.isTTY) process.stderr.write(`\r${results.size} of ${chosen.length} cells `);
    },
  });
  const seconds = Math.round((performance.now() - begun) / 1000);
  const failed = [...results.values()].filter(({ findings }) => findings.length > 0);
  const isTooSlow = seconds * 1000 > LONGEST_MS;

  say(matrixText((cell) => results.get(nameOf(cell))?.findings));
  say(impossibleText(none));
  const summary = { cells: chosen.length, failed, impossible: none.length, seconds, isTooSlow };
  const words = [
    `${chosen.length} cells in ${seconds} s: ${failed.length === 0 ? 'all as they must be' : `${failed.length} failed`}`,
    `${none.length} pairs can’t happen`,
    ...(isTooSlow ? [`longer than ${LONGEST_MS / 1000} s`] : []),
  ];
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : `${words.join(', ')}\n`);
  return failed.length === 0 && !isTooSlow ? 0 : 1;
}

function reportFailure({ name, findings }: CellResult, say: (text: string) => void): void {
  say(`FAIL ${name} (again: npm run test:faults -- --only '${name}')`);
  for (const finding of findings) say(`       ${finding}`);
}

/** A part of a cell's name as it is printed, or FAULT:STEP, parts of both. */
function isMeant(cell: Cell, only: string): boolean {
  if (nameOf(cell).includes(only)) return true;
  const at = only.lastIndexOf(':');
  return at > 0 && cell.fault.name.includes(only.slice(0, at)) && cell.step.name.includes(only.slice(at + 1));
}

const program = new Command('test:faults')
  .description('Lets every fault strike at every step where it can, and shows that all is right in the end.')
  .option('--only <FAULT[:STEP]>', 'the cells of which the name has this')
  .option('--json', 'print one JSON summary on the last line')
  .parse();
process.exitCode = await main(program.opts<Options>());
