import { fateOfRow } from '../../../relay/pipeline/write-back-rows.ts';

test.each(['UNABLE_TO_LOCK_ROW', 'SERVER_UNAVAILABLE', 'QUERY_TIMEOUT', 'UNKNOWN_EXCEPTION'])(
  '%s is tried again soon, later each time, and becomes a refusal in the end',
  (code) => {
    const fates = Array.from({ length: 30 }, (_, attempts) => fateOfRow(code, attempts));
    expect(fates.slice(0, 8).map(({ fate, waitMs }) => [fate, waitMs / 1000])).toEqual(
      [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => ['again', seconds]),
    );
    expect(fates.slice(8).every(({ fate }) => fate === 'refused')).toBe(true);
    expect(fates[8]?.waitMs).toBe(15 * 60_000);
    expect(fates[29]?.waitMs).toBe(24 * 3_600_000);
  },
);

test.each(['ENTITY_IS_DELETED', 'CANNOT_UPDATE_CONVERTED_LEAD', 'INVALID_CROSS_REFERENCE_KEY'])(
  '%s leaves nothing to write to',
  (code) => {
    expect(fateOfRow(code, 0).fate).toBe('dropped');
    expect(fateOfRow(code, 50).fate).toBe('dropped');
  },
);

test.each([
  'FIELD_CUSTOM_VALIDATION_EXCEPTION',
  'INSUFFICIENT_ACCESS_OR_READONLY',
  'ENTITY_IS_LOCKED',
  'SOMETHING_NEW',
  'toString',
])('%s waits for a person, from a quarter of an hour up to a day', (code) => {
  expect(fateOfRow(code, 0)).toEqual({ fate: 'refused', waitMs: 15 * 60_000 });
  expect(fateOfRow(code, 1_000)).toEqual({ fate: 'refused', waitMs: 24 * 3_600_000 });
});
