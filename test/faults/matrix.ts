import { FAULT_STEPS, type FaultStep } from './fault-steps.ts';
import { FAULTS, type Fault } from './faults.ts';
import { whyImpossible } from './impossible.ts';
import { type CellResult, runCell } from './run-cell.ts';

export interface Cell {
  fault: Fault;
  step: FaultStep;
}

export interface ImpossiblePair {
  fault: string;
  step: string;
  why: string;
}

/** Every fault with every step: the cells that are played, and the pairs that are not. */
export function allPairs(): { cells: Cell[]; impossible: ImpossiblePair[] } {
  const cells: Cell[] = [];
  const impossible: ImpossiblePair[] = [];
  for (const fault of FAULTS) {
    for (const step of FAULT_STEPS) {
      const why = whyImpossible(fault.name, step);
      if (why === undefined) cells.push({ fault, step });
      else impossible.push({ fault: fault.name, step: step.name, why });
    }
  }
  return { cells, impossible };
}

/** Plays cells, so many at once: most of their time is waiting for OneSignal's one write a second. */
export async function playCells(
  cells: readonly Cell[],
  parallel: number,
  onResult: (result: CellResult) => void,
): Promise<void> {
  const waiting = [...cells];
  const work = async () => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
      onResult(await runCell(cell.fault, cell.step));
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
}
