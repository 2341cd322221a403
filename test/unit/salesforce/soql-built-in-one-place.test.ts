import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const RELAY = join(import.meta.dirname, '../../../relay');

/** A template that is SOQL, or a part of it. */
const SOQL = /\bSELECT\b[^`]*\bFROM\b|\bWHERE\b|\w (?:!=|[<>]=?|=|IN|NOT IN|LIKE) \(?(?:\$\{|')| (?:AND|OR) \(/;
const TEMPLATE = /`(?:\\.|\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\}|[^`\\])*`/gs;

/**
 * What may stand in SOQL: a value that was bound and escaped by soql.ts, or a name that is ours, or that Salesforce's own
 * description of the object has. A condition of the operator's, by `--where`, is SOQL on purpose.
 */
const MAY_STAND: Readonly<Record<string, readonly RegExp[]>> = {
  'salesforce/record-reader.ts': [
    /^soql(Text|DateTime)\(/,
    /^within\(window\)$/,
    // Fields of ours, and those that a mapping row names and describe has.
    /^\[\.\.\.fields\]\.join\(', '\)$/,
    /^object$/,
    /^STAGE_FIELD\[object\]$/,
    // Each made of the above.
    /^(condition|wanted|further|converted|end)$/,
  ],
  'salesforce/setup-reader.ts': [/^soqlText\(/, /^[A-Z_]+_FIELDS\.join\(', '\)$/, /^owner$/],
  'pipeline/backfill/backfill-query.ts': [
    /^\[\.\.\.FIELDS\[object\], STAGE_FIELD\[object\]\]\.join\(', '\)$/,
    /^object$/,
    /^conditions\(object, options\)$/,
    /^STAGE_FIELD\[object\]$/,
    /^(own|where)$/,
  ],
  'doctor/org-checks.ts': [/^soqlText\(/, /^(condition|assigned)$/],
  'doctor/first-hour/lead-story.ts': [/^soqlText\(/, /^FIELDS$/, /^object$/],
};

interface Found {
  file: string;
  expression: string;
}

function soqlExpressions(file: string, text: string): Found[] {
  // SQL of the store is another language, with its values bound by the engines.
  if (file.startsWith('store/') || file === 'salesforce/soql.ts') return [];
  return [...text.matchAll(TEMPLATE)]
    .filter(([template]) => SOQL.test(template))
    .flatMap(([template]) => [...template.matchAll(/\$\{((?:[^{}]|\{[^{}]*\})*)\}/g)])
    .map(([, expression = '']) => ({ file, expression: expression.trim() }));
}

const files = globSync('**/*.ts', { cwd: RELAY });
const found = files.flatMap((file) => soqlExpressions(file, readFileSync(join(RELAY, file), 'utf8')));

test('no file but soql.ts puts a value into SOQL', () => {
  const stray = found.filter(({ file, expression }) => !MAY_STAND[file]?.some((known) => known.test(expression)));
  expect(stray).toEqual([]);
});

test('every place that is known still builds SOQL, and a stray one would be seen', () => {
  expect(Object.keys(MAY_STAND).filter((file) => !found.some((one) => one.file === file))).toEqual([]);
  const stray = ['const soql = `SELECT Id FROM Lead WHERE Email = $', '{quoted(email)}`;'].join('');
  expect(soqlExpressions('cli/x.ts', stray)).toEqual([{ file: 'cli/x.ts', expression: 'quoted(email)' }]);
});
