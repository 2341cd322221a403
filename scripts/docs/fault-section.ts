import { allPairs, FAULTS } from '../../test/faults/matrix.ts';
import { groupTables, impossiblePairs, NOT_HERE } from '../../test/faults/report.ts';
import { STEPS } from '../../test/faults/step.ts';
import { table } from './markdown.ts';

/** Which faults are let loose at which steps, and which pairs can't happen. Results are the command's to print. */
export function faultSection(): string[] {
  const { cells, none } = allPairs();
  return [
    `${FAULTS.length} faults at ${STEPS.length} steps: ${cells.length} cells (●) are played; ${none.length} pairs can’t happen (–), the lists below say why.`,
    '',
    ...groupTables().flatMap(({ title, steps, rows }) => [
      `### ${title}`,
      '',
      table(
        ['fault', ...steps.map((_, index) => String(index + 1))],
        rows.map(({ fault, cells: row }) => [fault.name, ...row.map((cell) => (cell === undefined ? '–' : '●'))]),
      ),
      '',
      `Steps: ${steps.map(({ name }, index) => `${index + 1} \`${name}\``).join(', ')}.`,
      '',
    ]),
    '### Pairs that can’t happen',
    '',
    table(
      ['pairs', 'which', 'why'],
      impossiblePairs(none).map(({ count, pairs, why }) => [String(count), pairs, why]),
    ),
    '',
    'Kinds of faults that the code knows and that have no row of their own:',
    '',
    ...NOT_HERE.map(([kind, why]) => `- \`${kind}\`: ${why}`),
  ];
}
