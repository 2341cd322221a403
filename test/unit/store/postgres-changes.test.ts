import type { Store } from '../../../relay/store/store.ts';
import { batch, severalProcesses, sync } from './postgres-processes.ts';
import { change, LEAD, T0, verdict } from './store-samples.ts';

const { query, openStore, startProcess } = severalProcesses();

describe('what one process tells the others', () => {
  const NEWS: Record<string, (store: Store, epoch: number) => Promise<unknown>> = {
    events: (store, epoch) => store.commitEvents(batch(epoch, LEAD)),
    'what reconcile found': (store, epoch) =>
      store.commitReconciled({ epoch, changes: [change(LEAD)], mark: undefined, at: T0 }),
    'a verdict to write back': (store, epoch) => store.commitSync([sync(epoch, { verdicts: [verdict(LEAD)] })], T0),
    'a pause': (store) => store.pauseOneSignal(T0),
    'a request of a command': (store) => store.askFor('reconcile', '{}'),
    'that it has left': (store, epoch) => store.leave(epoch),
  };

  test.each(Object.entries(NEWS))('%s', async (_, tell) => {
    const first = await startProcess();
    const second = await openStore();
    const heard = await listen(second);
    await tell(first.store, first.epoch);
    await heard();
  });

  test('it does not tell itself', async () => {
    const first = await startProcess();
    const second = await startProcess();
    let isTurnOfOther = false;
    const told: boolean[] = [];
    const heard = await listen(first.store, () => told.push(isTurnOfOther));
    await first.store.commitEvents(batch(first.epoch, LEAD));
    // Its own news would be here by now.
    for (let i = 0; i < 20; i++) await first.store.counts();
    isTurnOfOther = true;
    await second.store.pauseOneSignal(T0);
    await heard();
    expect(told).toEqual([true]);
  });

  test('a pause reaches all with their next heartbeat, and a shorter one ends no longer one', async () => {
    const first = await startProcess();
    const second = await startProcess();
    await first.store.pauseOneSignal(T0 + 500);
    await first.store.pauseOneSignal(T0 + 100);
    expect(await second.store.heartbeat(second.epoch)).toMatchObject({ pausedUntil: T0 + 500 });
  });
});

test('all agree on the time, whatever the clock of their machine says', async () => {
  const clock = Date.now;
  Date.now = () => clock() - 3_600_000;
  try {
    const [first, second] = [await openStore(), await openStore()];
    const [row] = await query('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS time');
    for (const store of [first, second]) expect(Math.abs(store.now() - Number(row?.time))).toBeLessThan(60_000);
  } finally {
    Date.now = clock;
  }
});

/** Resolves once the store listens; then waits until it has heard something. */
async function listen(store: Store, also: () => unknown = () => undefined): Promise<() => Promise<void>> {
  const listening = Promise.withResolvers<void>();
  const heard = Promise.withResolvers<void>();
  let isListening = false;
  store.onChange(() => {
    if (!isListening) {
      isListening = true;
      listening.resolve();
      return;
    }
    also();
    heard.resolve();
  });
  await listening.promise;
  return () => heard.promise;
}
