import { parseQuery } from '@jetstreamapp/soql-parser-js';
import fc from 'fast-check';
import { soqlDateTime, soqlIn, soqlText } from '../../../relay/salesforce/soql.ts';

/** What a SOQL reader makes of a quoted text: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */
function unquoted(literal: string): string {
  const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' };
  return literal.slice(1, -1).replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character);
}

const nasty = fc
  .array(fc.constantFrom("'", '"', '\\', '\n', '\r', '\t', '%', '_', ' OR ', ')', '--', 'a', 'ü', '🦊'), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));

test('a quoted text stays one literal, whatever it holds, and reads as it was', () => {
  fc.assert(
    fc.property(nasty, (value) => {
      const { where } = parseQuery(`SELECT Id FROM Lead WHERE OneSignal_External_Id__c = ${soqlText(value)}`);
      const condition = where !== undefined && 'left' in where ? where.left : undefined;
      const literal =
        condition !== null && condition !== undefined && 'value' in condition ? condition.value : undefined;
      expect(where).not.toHaveProperty('operator');
      expect(unquoted(String(literal))).toBe(value);
    }),
  );
});

test('a list asks for each value once, in conditions of at most 200', () => {
  const ids = Array.from({ length: 450 }, (_, index) => `id-${index}`);
  const conditions = soqlIn('Id', [...ids, ...ids]);
  expect(conditions.length).toBe(3);
  const asked = conditions.flatMap((condition) => [...condition.matchAll(/'([^']+)'/g)].map(([, id]) => id));
  expect(asked).toEqual(ids);
  expect(soqlIn('Id', [])).toEqual([]);
});

test('a time is written in whole seconds of UTC', () => {
  expect(soqlDateTime(Date.parse('2026-11-24T10:00:00.999Z'))).toBe('2026-11-24T10:00:00Z');
});
