import type { Fault, FaultGroup } from './fault.ts';
import { allPairs, type Cell, FAULTS, type NoCell, nameOf } from './matrix.ts';
import { ONESIGNAL_NOT_HERE } from './onesignal-faults.ts';
import { STEPS, type Step } from './step.ts';
import { STREAM_NOT_HERE } from './stream-faults.ts';

export const GROUP_TITLES: Readonly<Record<FaultGroup, string>> = {
  onesignal: 'OneSignal’s answers',
  salesforce: 'Answers of Salesforce’s REST API',
  row: 'Rows of a status write',
  stream: 'Ends of the stream',
  store: 'The store',
  around: 'Around the relay, whatever it waits for',
};

/** One table a group: a row a fault, a column a step. */
export interface GroupTable {
  title: string;
  steps: readonly Step[];
  rows: readonly { fault: Fault; cells: readonly (Cell | undefined)[] }[];
}

export function groupTables(): GroupTable[] {
  const cells = new Map(allPairs().cells.map((cell) => [nameOf(cell), cell]));
  return Object.entries(GROUP_TITLES).map(([group, title]) => {
    const faults = FAULTS.filter((fault) => fault.group === group);
    const steps = STEPS.filter((step) => faults.some((fault) => cells.has(nameOf({ fault, step }))));
    const rows = faults.map((fault) => ({ fault, cells: steps.map((step) => cells.get(nameOf({ fault, step }))) }));
    return { title, steps, rows };
  });
}

/** @param findingsOf undefined for a cell that was not played */
export function matrixText(findingsOf: (cell: Cell) => readonly string[] | undefined): string {
  const word = (cell: Cell | undefined) => {
    if (cell === undefined) return '-';
    const findings = findingsOf(cell);
    if (findings === undefined) return ' ';
    return findings.length === 0 ? 'ok' : 'FAIL';
  };
  return groupTables()
    .map(({ title, steps, rows }) => {
      const isPlayed = rows.some(({ cells }) =>
        cells.some((cell) => cell !== undefined && findingsOf(cell) !== undefined),
      );
      if (!isPlayed) return '';
      const legend = steps.map(({ name }, index) => `  ${String(index + 1).padStart(2)} ${name}`);
      const width = Math.max(...rows.map(({ fault }) => fault.name.length));
      const head = [''.padEnd(width), ...steps.map((_, index) => String(index + 1).padStart(4))].join(' ');
      const lines = rows.map(({ fault, cells }) =>
        [fault.name.padEnd(width), ...cells.map((cell) => word(cell).padStart(4))].join(' '),
      );
      return [`${title}, at these steps:`, ...legend, head, ...lines, ''].join('\n');
    })
    .filter((text) => text !== '')
    .join('\n');
}

/** Pairs that can't happen, by why. */
export function impossiblePairs(none: readonly NoCell[]): { why: string; count: number; pairs: string }[] {
  return [...Map.groupBy(none, ({ why }) => why)].map(([why, pairs]) => ({
    why,
    count: pairs.length,
    pairs: `${faultNames(pairs)} @ ${stepNames(pairs)}`,
  }));
}

/** A group of which all faults are meant is named as a whole. */
function faultNames(pairs: readonly NoCell[]): string {
  const meant = new Set(pairs.map(({ fault }) => fault));
  if (meant.size === FAULTS.length) return 'all faults';
  const names = Object.entries(GROUP_TITLES).flatMap(([group, title]) => {
    const ofGroup = FAULTS.filter((fault) => fault.group === group);
    const found = ofGroup.filter((fault) => meant.has(fault));
    return found.length === ofGroup.length ? [`all of “${title}”`] : found.map(({ name }) => name);
  });
  return names.join(', ');
}

/** Steps that can't be reached at all have a reason of their own, so a side is named as a whole without them. */
function stepNames(pairs: readonly NoCell[]): string {
  const meant = new Set(pairs.map(({ step }) => step));
  const sides = [...new Set(STEPS.map(({ side }) => side))];
  const names = sides.flatMap((side) => {
    const reached = STEPS.filter((step) => step.side === side && typeof step.scene === 'string');
    const found = STEPS.filter((step) => step.side === side && meant.has(step));
    const areAll = found.length > 1 && reached.every((step) => meant.has(step));
    return areAll ? [`all that can be reached of \`${side}\``] : found.map(({ name }) => name);
  });
  return names.join(', ');
}

/** What the code's own lists of faults have and the matrix does not. */
export const NOT_HERE: readonly (readonly [string, string])[] = [...ONESIGNAL_NOT_HERE, ...STREAM_NOT_HERE];

export function impossibleText(none: readonly NoCell[]): string {
  const lines = impossiblePairs(none).map(({ why, count, pairs }) => `${String(count).padStart(5)}  ${pairs}: ${why}`);
  const kinds = NOT_HERE.map(([kind, why]) => `       ${kind}: ${why}`);
  return [
    'Pairs that can’t happen (-), with why:',
    ...lines,
    'Kinds of faults that have no row of their own:',
    ...kinds,
    '',
  ].join('\n');
}
