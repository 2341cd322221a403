import { RelayError } from '../../../../relay/config/relay-error.ts';
import type { EngagementEvent } from '../../../../relay/mapping/engagement.ts';
import { createEngagementIntake } from '../../../../relay/pipeline/engagement/engagement-intake.ts';
import { event } from '../../store/engagement-conformance.ts';

/** A store that takes what it is given when the test says so. */
function slowStore() {
  const batches: string[][] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  return {
    batches,
    ends,
    store: {
      now: () => 7,
      addEngagement(events: readonly EngagementEvent[]) {
        batches.push(events.map(({ id }) => id));
        const end = Promise.withResolvers<void>();
        ends.push(end);
        return end.promise;
      },
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const settle = async () => {
  for (let i = 0; i < 5; i++) await turn();
};

test('events that come together are committed together, and each waits for its own commit', async () => {
  const { store, batches, ends } = slowStore();
  let news = 0;
  const intake = createEngagementIntake(store, () => {
    news += 1;
  });
  const done: string[] = [];
  const take = (id: string) => intake.take(event(id)).then(() => done.push(id));
  const taken = [take('e-1'), take('e-2')];
  await settle();
  taken.push(take('e-3'), take('e-4'));
  await settle();
  expect([batches, done, news]).toEqual([[['e-1', 'e-2']], [], 0]);
  ends[0]?.resolve();
  await settle();
  expect([batches[1], done, news]).toEqual([['e-3', 'e-4'], ['e-1', 'e-2'], 1]);
  ends[1]?.resolve();
  await Promise.all(taken);
  expect(done).toHaveLength(4);
});

test('a store that fails fails those of the batch, and the next are tried', async () => {
  const { store, batches, ends } = slowStore();
  const intake = createEngagementIntake(store);
  const first = intake.take(event('e-1'));
  await settle();
  const second = intake.take(event('e-2'));
  ends[0]?.reject(new RelayError('STORE_FAILED', 'No.'));
  await expect(first).rejects.toMatchObject({ code: 'STORE_FAILED' });
  await settle();
  ends[1]?.resolve();
  await second;
  expect(batches).toEqual([['e-1'], ['e-2']]);
});

test('one transaction takes 500 events at most, and no more wait than can be answered in time', async () => {
  const { store, batches, ends } = slowStore();
  const intake = createEngagementIntake(store);
  const taken = Array.from({ length: 10_001 }, (_, n) =>
    intake.take(event(`e-${n}`)).catch((error: RelayError) => error.code),
  );
  await settle();
  expect(batches.map(({ length }) => length)).toEqual([500]);
  expect(await taken[10_000]).toBe('STORE_FAILED');
  for (let i = 0; i < 20; i++) {
    ends[i]?.resolve();
    await settle();
  }
  expect((await Promise.all(taken)).filter((code) => code === 'STORE_FAILED')).toHaveLength(1);
  expect(batches.every(({ length }) => length === 500)).toBe(true);
});
