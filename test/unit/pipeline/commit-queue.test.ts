import { RelayError } from '../../../relay/config/relay-error.ts';
import { MAX_CONCURRENT } from '../../../relay/onesignal/onesignal-client.ts';
import { createCommitQueue } from '../../../relay/pipeline/commit-queue.ts';
import type { WakeUp } from '../../../relay/pipeline/wake-up.ts';
import type { Store, SyncResult } from '../../../relay/store/store.ts';
import { result, user } from '../store/store-samples.ts';

/** A store of which only the commit is used. */
function storeThat(commitSync: Store['commitSync']): Store {
  return { commitSync } as Partial<Store> as Store;
}

const one = (key: string): SyncResult => ({ epoch: 1, released: [], ...result({ users: [user(key)] }) });

test('results that come together share a transaction, in their order', async () => {
  const commits: (readonly SyncResult[])[] = [];
  const store = storeThat(async (results) => void commits.push(results));
  const queue = createCommitQueue(store, () => 0, new AbortController().signal);
  const [a, b, c] = [one('a'), one('b'), one('c')];
  await Promise.all([queue.commit(a), queue.commit(b)]);
  await queue.commit(c);
  expect(commits).toEqual([[a, b], [c]]);
  expect(queue.isHealthy).toBe(true);
});

test('soon after a commit results wait for others, but not once they hold half of what may be under way', async () => {
  const commits: number[] = [];
  const store = storeThat(async (results) => void commits.push(results.length));
  const waits: number[] = [];
  const collecting = Promise.withResolvers<void>();
  const enough: WakeUp = {
    wake: collecting.resolve,
    wait(milliseconds) {
      waits.push(milliseconds);
      return collecting.promise;
    },
  };
  const queue = createCommitQueue(store, () => 0, new AbortController().signal, enough);
  await queue.commit(one('first'));
  const half = MAX_CONCURRENT / 2;
  const most = Array.from({ length: half - 1 }, (_, n) => queue.commit(one(`${n}`)));
  await new Promise(setImmediate);
  expect([commits, waits]).toEqual([[1], [20]]);
  await Promise.all([...most, queue.commit(one('last'))]);
  expect(commits).toEqual([1, half]);
  await Promise.all(Array.from({ length: half }, (_, n) => queue.commit(one(`${n}`))));
  expect([commits, waits]).toEqual([[1, half, half], [20]]);
});

test('when the relay stops while the store fails, the commit is tried once more and its failure is told', async () => {
  const ending = new AbortController();
  let tries = 0;
  const store = storeThat(() => {
    tries += 1;
    ending.abort();
    return Promise.reject(new RelayError('STORE_FAILED', 'No.'));
  });
  const queue = createCommitQueue(store, () => 0, ending.signal);
  await expect(queue.commit(one('a'))).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect([tries, queue.isHealthy]).toEqual([1, false]);
});

test('what was done under a part that is lost is told at once: another does it again', async () => {
  let tries = 0;
  const store = storeThat(() => {
    tries += 1;
    return Promise.reject(new RelayError('PART_LOST', 'Over.'));
  });
  const queue = createCommitQueue(store, () => 0, new AbortController().signal);
  await expect(queue.commit(one('a'))).rejects.toMatchObject({ code: 'PART_LOST' });
  expect([tries, queue.isHealthy]).toEqual([1, true]);
});

test('a defect is no outage: it is told at once, and the next commit has its chance', async () => {
  let tries = 0;
  const store = storeThat(() => {
    tries += 1;
    return tries === 1 ? Promise.reject(new TypeError('defect')) : Promise.resolve();
  });
  const queue = createCommitQueue(store, () => 0, new AbortController().signal);
  await expect(queue.commit(one('a'))).rejects.toThrow(TypeError);
  await queue.commit(one('b'));
  expect(queue.isHealthy).toBe(true);
});

test('a result that the store can’t take fails alone: those beside it are committed', async () => {
  const taken: SyncResult[] = [];
  const poison = one('poison');
  const store = storeThat((results) => {
    if (results.includes(poison)) return Promise.reject(new RelayError('STORE_FAILED', 'No.'));
    taken.push(...results);
    return Promise.resolve();
  });
  const queue = createCommitQueue(store, () => 0, new AbortController().signal);
  const [a, b] = [one('a'), one('b')];
  const ends = await Promise.allSettled([queue.commit(a), queue.commit(poison), queue.commit(b)]);
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(taken).toEqual([a, b]);
  expect(queue.isHealthy).toBe(true);
});
