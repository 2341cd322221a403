import { FAULT_STEPS, NO_STEPS } from './fault-steps.ts';
import { FAULTS, NO_FAULTS } from './faults.ts';
import type { ImpossiblePair } from './matrix.ts';
import type { CellResult } from './run-cell.ts';

/** The matrix, what is wrong in it, and what can't be in it. */
export function printMatrix(results: readonly CellResult[], impossible: readonly ImpossiblePair[]): string[] {
  const reasons = reasonsOf(impossible);
  const cells = new Map(results.map((result) => [`${result.fault} @ ${result.step}`, result.findings.length === 0]));
  const letters = new Map(
    impossible.map(({ fault, step, why }) => [`${fault} @ ${step}`, letter(reasons.indexOf(why))]),
  );
  const widest = Math.max(...FAULTS.map(({ name }) => name.length));
  const line = (name: string, values: readonly string[]) =>
    `${name.padEnd(widest)} ${values.map((value) => value.padStart(4)).join(' ')}`;
  const cell = (pair: string) => {
    const isRight = cells.get(pair);
    if (isRight === undefined) return letters.has(pair) ? `–${letters.get(pair)}` : '';
    return isRight ? 'ok' : 'FAIL';
  };
  return [
    ...FAULT_STEPS.map(({ name }, index) => `${String(index + 1).padStart(3)}  ${name}`),
    '',
    line(
      '',
      FAULT_STEPS.map((_, index) => String(index + 1)),
    ),
    ...FAULTS.map((fault) =>
      line(
        fault.name,
        FAULT_STEPS.map((step) => cell(`${fault.name} @ ${step.name}`)),
      ),
    ),
    '',
    ...results.flatMap(({ fault, step, findings }) =>
      findings.map((finding) => `WRONG: ${fault} @ ${step}: ${finding}`),
    ),
    '',
    'Not played, and why:',
    ...reasons.flatMap((why, index) => [
      `–${letter(index)} ${why}:`,
      ...[
        ...Map.groupBy(
          impossible.filter((pair) => pair.why === why),
          ({ fault }) => fault,
        ),
      ].map(([fault, pairs]) => `    ${fault}: ${pairs.map(({ step }) => step).join(', ')}`),
    ]),
    ...[...NO_STEPS, ...NO_FAULTS].map(({ name, why }) => `   ${name}: ${why}`),
  ];
}

/** Every reason once, in the order in which they come. */
export function reasonsOf(impossible: readonly ImpossiblePair[]): string[] {
  return [...new Set(impossible.map(({ why }) => why))];
}

export function letter(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}
