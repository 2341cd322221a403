import { FAULT_STEPS, NO_STEPS } from '../../test/faults/fault-steps.ts';
import { FAULTS, NO_FAULTS } from '../../test/faults/faults.ts';
import { allPairs } from '../../test/faults/matrix.ts';
import { letter, reasonsOf } from '../../test/faults/print-matrix.ts';
import { table } from './markdown.ts';

/** Which faults are let loose at which steps, and which pairs can't happen. Results are the command's to print. */
export function faultSection(): string[] {
  const { cells, impossible } = allPairs();
  const reasons = reasonsOf(impossible);
  const rows = FAULTS.map((fault) => [
    fault.name,
    ...FAULT_STEPS.map((step) => {
      const pair = impossible.find((one) => one.fault === fault.name && one.step === step.name);
      return pair === undefined ? '●' : letter(reasons.indexOf(pair.why));
    }),
  ]);
  return [
    `${FAULTS.length} faults at ${FAULT_STEPS.length} steps: ${cells.length} cells (●) are played; ${impossible.length} pairs are not, a letter says why.`,
    '',
    table(['fault', ...FAULT_STEPS.map((_, index) => String(index + 1))], rows),
    '',
    'Steps:',
    '',
    ...FAULT_STEPS.map(({ name }, index) => `${index + 1}. \`${name}\``),
    '',
    'Pairs that are not played:',
    '',
    ...reasons.map((why, index) => `- ${letter(index)}: ${why}`),
    '',
    'No row and no column of the matrix:',
    '',
    ...[...NO_STEPS, ...NO_FAULTS].map(({ name, why }) => `- \`${name}\`: ${why}`),
  ];
}
