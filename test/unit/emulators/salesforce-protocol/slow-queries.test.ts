import type { SlowQueries } from '../../../emulators/salesforce/protocol/fault-state.ts';
import { isTooSlow, timedOut } from '../../../emulators/salesforce/protocol/slow-queries.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const HOUR = 3_600_000;

function slow(limits: Partial<SlowQueries>): SlowQueries {
  const none = Number.POSITIVE_INFINITY;
  return { mostRows: none, longestSpanMs: none, object: undefined, answer: timedOut('QUERY_TIMEOUT'), ...limits };
}
const soql = (condition: string) => `SELECT Id FROM Lead WHERE ${condition} ORDER BY SystemModstamp`;

test.each([
  ['SystemModstamp >= 2026-11-25T09:00:00Z AND SystemModstamp < 2026-11-25T10:00:00Z', false],
  ['SystemModstamp >= 2026-11-25T09:00:00Z AND SystemModstamp < 2026-11-25T10:00:01Z', true],
  ['SystemModstamp >= 2026-11-25T11:00:00Z', false],
  ['SystemModstamp >= 2026-11-25T10:59:59Z', true],
  ["Id IN ('00Q000000000001AAA')", false],
])('more than an hour of stamps in %s: %p', (condition, isSlow) => {
  expect(isTooSlow(slow({ longestSpanMs: HOUR }), soql(condition), 0, NOW)).toBe(isSlow);
});

test('a limit can be that of one object', () => {
  const ofContacts = slow({ mostRows: 1, object: 'Contact' });
  expect(isTooSlow(ofContacts, soql('IsDeleted = false'), 2, NOW)).toBe(false);
  expect(isTooSlow({ ...ofContacts, object: 'Lead' }, soql('IsDeleted = false'), 2, NOW)).toBe(true);
});
