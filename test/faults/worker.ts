import { runCell } from './cell-run.ts';
import type { CellResult } from './crew.ts';
import { allPairs, nameOf } from './matrix.ts';

/** Plays the cells that its parent names, each beside the others. */

const cells = new Map(allPairs().cells.map((cell) => [nameOf(cell), cell]));

process.on('message', (message) => {
  const name = String(message);
  const cell = cells.get(name);
  if (cell === undefined) throw new Error(`there is no cell ${name}`);
  const begun = performance.now();
  void runCell(cell).then((findings) => {
    const result: CellResult = { name, findings, seconds: (performance.now() - begun) / 1000 };
    process.send?.(result);
  });
});
