import { AROUND_FAULTS } from './around-faults.ts';
import type { Fault } from './fault.ts';
import { ONESIGNAL_FAULTS } from './onesignal-faults.ts';
import { ROW_FAULTS, SALESFORCE_FAULTS } from './salesforce-faults.ts';
import type { SceneName } from './scene.ts';
import { STEPS, type Step } from './step.ts';
import { STORE_FAULTS } from './store-faults.ts';
import { STREAM_FAULTS } from './stream-faults.ts';

/** A fault that strikes while the relay stands at a step. */
export interface Cell {
  fault: Fault;
  step: Step;
  scene: SceneName;
}

/** A pair that can't happen. */
export interface NoCell {
  fault: Fault;
  step: Step;
  why: string;
}

export const FAULTS: readonly Fault[] = [
  ...ONESIGNAL_FAULTS,
  ...SALESFORCE_FAULTS,
  ...ROW_FAULTS,
  ...STREAM_FAULTS,
  ...STORE_FAULTS,
  ...AROUND_FAULTS,
];

/** Every pair of a fault and a step: those that are run, and those that can't happen. */
export function allPairs(): { cells: Cell[]; none: NoCell[] } {
  const cells: Cell[] = [];
  const none: NoCell[] = [];
  for (const fault of FAULTS) {
    for (const step of STEPS) {
      const { scene } = step;
      if (typeof scene !== 'string') none.push({ fault, step, why: scene.whyNot });
      else {
        const why = fault.whyNot(step);
        if (why === undefined) cells.push({ fault, step, scene });
        else none.push({ fault, step, why });
      }
    }
  }
  return { cells, none };
}

export function nameOf({ fault, step }: { fault: Fault; step: Step }): string {
  return `${fault.group}/${fault.name} @ ${step.name}`;
}
