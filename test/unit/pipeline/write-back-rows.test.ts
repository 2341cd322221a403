import { fateOfRow, judgeRows } from '../../../relay/pipeline/write-back-rows.ts';
import { LEAD, verdict } from '../store/store-samples.ts';

const MINUTE = 60_000;
const longest = () => 1;

test.each(['UNABLE_TO_LOCK_ROW', 'SERVER_UNAVAILABLE', 'QUERY_TIMEOUT', 'UNKNOWN_EXCEPTION'])(
  '%s is tried again soon, later each time, and becomes a refusal in the end',
  (code) => {
    const fates = Array.from({ length: 30 }, (_, attempts) => fateOfRow(code, attempts, longest));
    expect(fates.slice(0, 8)).toEqual(
      [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => ({ fate: 'again', waitMs: seconds * 1000 })),
    );
    expect(fates.slice(8).every(({ fate }) => fate === 'refused')).toBe(true);
    expect(fates[8]).toEqual({ fate: 'refused', waitMs: 15 * MINUTE });
    expect(fates[29]).toEqual({ fate: 'refused', waitMs: 24 * 60 * MINUTE });
  },
);

test.each(['ENTITY_IS_DELETED', 'CANNOT_UPDATE_CONVERTED_LEAD', 'INVALID_CROSS_REFERENCE_KEY'])(
  '%s leaves nothing to write to',
  (code) => {
    expect([0, 50].map((attempts) => fateOfRow(code, attempts, longest))).toEqual([
      { fate: 'dropped' },
      { fate: 'dropped' },
    ]);
  },
);

test.each([
  'FIELD_CUSTOM_VALIDATION_EXCEPTION',
  'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
  'DUPLICATES_DETECTED',
  'SOMETHING_NEW',
  'toString',
])('%s waits for a person, from a quarter of an hour up to a day', (code) => {
  expect(fateOfRow(code, 0, longest)).toEqual({ fate: 'refused', waitMs: 15 * MINUTE });
  expect(fateOfRow(code, 1_000, longest)).toEqual({ fate: 'refused', waitMs: 24 * 60 * MINUTE });
});

test.each([
  'INSUFFICIENT_ACCESS_OR_READONLY',
  'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
  'INVALID_FIELD_FOR_INSERT_UPDATE',
  'ENTITY_IS_LOCKED',
  'STORAGE_LIMIT_EXCEEDED',
])('%s, which an admin cures for all records at once, never waits longer than an hour', (code) => {
  expect(fateOfRow(code, 0, longest)).toEqual({ fate: 'refused', waitMs: 5 * MINUTE });
  expect(fateOfRow(code, 1_000, longest)).toEqual({ fate: 'refused', waitMs: 60 * MINUTE });
});

test('spent API calls are a wait for all, and say nothing about the row', () => {
  expect(fateOfRow('REQUEST_LIMIT_EXCEEDED', 0, longest)).toEqual({ fate: 'side_stops', code: 'SALESFORCE_API_LIMIT' });
});

test.each([false, true])('a refusal is news only once for each verdict (refused before: %s)', (isRefused) => {
  const pending = [{ verdict: verdict(LEAD), version: 1, attempts: 2, isRefused, waitsSince: 0 }];
  const rows = [{ recordId: LEAD, isWritten: false, statusCode: 'ENTITY_IS_LOCKED' } as const];
  const { results, newRefusals } = judgeRows(pending, rows, { now: 0, random: longest });
  expect(results).toMatchObject([{ kind: 'refused', recordId: LEAD, version: 1 }]);
  expect([...newRefusals]).toEqual(isRefused ? [] : [['ENTITY_IS_LOCKED', [LEAD]]]);
});
