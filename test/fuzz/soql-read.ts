/** One condition as a reader of SOQL takes it: a field, and the texts that it may be. */
export interface ReadCondition {
  object: string;
  field: string;
  values: string[];
}

const QUERY = /^SELECT ([\w., ]+) FROM (\w+) WHERE (\w+) IN \((.*)\)$/s;
const LITERALS = /'((?:[^'\\]|\\.)*)'(,|$)/gsy;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Reads a query of the relay as Salesforce would: whatever a value holds, it must stay within its quotes.
 * @returns undefined for what is another query than was meant
 */
export function readInQuery(soql: string): ReadCondition | undefined {
  const [, , object = '', field = '', list = ''] = QUERY.exec(soql) ?? [];
  if (object === '') return undefined;
  const values: string[] = [];
  let end = 0;
  LITERALS.lastIndex = 0;
  for (let match = LITERALS.exec(list); match !== null && match[0] !== ''; match = LITERALS.exec(list)) {
    values.push((match[1] ?? '').replace(/\\(.)/gs, (_, character: string) => ESCAPES[character] ?? character));
    end = LITERALS.lastIndex;
    if (end === list.length) break;
  }
  return end === list.length ? { object, field, values } : undefined;
}
