import { BACKFILL_START, type BackfillProgress } from '../../../../relay/pipeline/backfill/backfill-progress.ts';
import { createBackfillPace } from '../../../../relay/server/console/backfill-pace.ts';

const request = (id: number, given: Partial<BackfillProgress>) => ({
  ...({ id, kind: 'backfill', options: '{}', state: 'running' } as const),
  progress: JSON.stringify({ ...BACKFILL_START, ...given }),
});

test('a backfill that runs says how far it is, and after some seconds how fast', () => {
  const pace = createBackfillPace();
  expect(pace.look(request(1, {}), 0)).toEqual({ done: 0, total: null, perSecond: null, secondsLeft: null });
  const reading = { phase: 'reading', found: 1_000, read: 300, left: 200 } as const;
  expect(pace.look(request(1, reading), 1_000)).toMatchObject({ done: 100, total: 1_000, perSecond: null });
  expect(pace.look(request(1, { ...reading, read: 600, left: 100 }), 10_000)).toEqual({
    ...{ done: 500, total: 1_000, perSecond: 50, secondsLeft: 10 },
  });
});

test('one that stands still has no time left to tell, and the next one begins anew', () => {
  const pace = createBackfillPace();
  const reading = { phase: 'reading', found: 10, read: 5 } as const;
  pace.look(request(1, reading), 0);
  expect(pace.look(request(1, reading), 60_000)).toMatchObject({ perSecond: 0, secondsLeft: null });
  expect(pace.look(request(2, reading), 61_000)).toMatchObject({ perSecond: null });
  expect(pace.look(undefined, 62_000)).toBeNull();
});
