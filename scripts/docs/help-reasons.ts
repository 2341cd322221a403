import { REASONS } from '../../relay/mapping/outcome.ts';

const NOTE = '// Written by `npm run docs` from the relay’s own table: do not edit.';
/** Of the project's format. */
const LINE_WIDTH = 120;

/** The reasons of the help page in Salesforce: a component can't import the relay's table. */
export function helpReasons(): string {
  const rows = Object.entries(REASONS).map(([code, { status, meaning, nextStep }]) =>
    ['  {', ...Object.entries({ status, code, meaning, nextStep }).flatMap(property), '  },'].join('\n'),
  );
  return [NOTE, '', 'export const REASONS = [', ...rows, '];', ''].join('\n');
}

function property([name, value]: [string, string]): string[] {
  const literal = value.includes("'") ? JSON.stringify(value) : `'${value}'`;
  const line = `    ${name}: ${literal},`;
  return line.length <= LINE_WIDTH ? [line] : [`    ${name}:`, `      ${literal},`];
}
