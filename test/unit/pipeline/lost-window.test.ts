import { createLostWindow } from '../../../relay/pipeline/lost-window.ts';
import type { ReconcileResult } from '../../../relay/pipeline/reconcile-tally.ts';
import { type LogFields, SILENT_LOGGER } from '../../../relay/telemetry/logger.ts';

const RESULT: ReconcileResult = {
  from: 0,
  readUpTo: 0,
  until: 0,
  read: 0,
  due: 0,
  dueBy: { unanswered: 0, stage: 0, inputs: 0, deleted: 0 },
  isComplete: true,
};

/** Passes of reconcile that find so many due, and the counts that were warned of. */
function underTest() {
  const warned: unknown[] = [];
  let next: Partial<ReconcileResult> = {};
  let during: () => void = () => undefined;
  const logger = {
    ...SILENT_LOGGER,
    warn: (_message: string, fields?: LogFields) => void warned.push(fields?.records),
  };
  const run = () => {
    during();
    return Promise.resolve({ ...RESULT, ...next });
  };
  const window = createLostWindow({ run }, logger);
  return {
    warned,
    onStream: window.onStream,
    async pass(result: Partial<ReconcileResult>, meanwhile: () => void = () => undefined) {
      [next, during] = [result, meanwhile];
      await window.run();
    },
  };
}

test('a pass of every day is no alarm', async () => {
  const under = underTest();
  under.onStream('subscribed');
  await under.pass({ due: 5 });
  expect(under.warned).toEqual([]);
});

test('a place that was lost on a quiet org is no alarm', async () => {
  const under = underTest();
  for (const state of ['replay_lost', 'subscribed'] as const) under.onStream(state);
  await under.pass({ due: 0 });
  expect(under.warned).toEqual([]);
});

test('what is found once the place is lost is warned of with its count, up to the first whole pass after the subscription', async () => {
  const under = underTest();
  under.onStream('replay_lost');
  await under.pass({ due: 3 });
  under.onStream('subscribed');
  await under.pass({ due: 2, isComplete: false });
  await under.pass({ due: 1 });
  await under.pass({ due: 7 });
  expect(under.warned).toEqual([3, 2, 1]);
});

test('a pass that began before the subscription, or before the next loss, does not close the window', async () => {
  const under = underTest();
  under.onStream('replay_lost');
  await under.pass({ due: 0 }, () => under.onStream('subscribed'));
  await under.pass({ due: 0 }, () => under.onStream('replay_lost'));
  under.onStream('subscribed');
  await under.pass({ due: 4 });
  expect(under.warned).toEqual([4]);
});
