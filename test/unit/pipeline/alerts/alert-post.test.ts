import { RelayError } from '../../../../relay/config/relay-error.ts';
import { type AlertPost, createAlertPost } from '../../../../relay/pipeline/alerts/alert-post.ts';
import type { AlertName } from '../../../../relay/pipeline/alerts/alert-rules.ts';
import type { Troubles } from '../../../../relay/pipeline/alerts/judge-alerts.ts';
import type { Store, ToldAlert } from '../../../../relay/store/store.ts';
import { SILENT_LOGGER } from '../../../../relay/telemetry/logger.ts';
import { type Refusal, type SlackEmulator, startSlack } from '../../../emulators/slack/start-slack.ts';
import { MINUTE, T0 } from './alert-samples.ts';

let slack: SlackEmulator;
beforeEach(async () => {
  slack = await startSlack();
});
afterEach(() => slack.close());

/** The part of a store that the post knows; `isDown` makes it fail. */
function storeInMemory() {
  const rows = new Map<string, ToldAlert>();
  const state = { isDown: false };
  const guarded = <T>(work: () => T): Promise<T> =>
    state.isDown ? Promise.reject(new RelayError('STORE_FAILED', 'The disk is full.')) : Promise.resolve(work());
  const store: Pick<Store, 'toldAlerts' | 'commitToldAlerts'> = {
    toldAlerts: () => guarded(() => [...rows.values()]),
    commitToldAlerts: ({ started, ended }) =>
      guarded(() => {
        for (const name of ended) rows.delete(name);
        for (const alert of started) rows.set(alert.name, alert);
      }),
  };
  return { rows, state, store };
}

function setUp() {
  const memory = storeInMemory();
  const said: string[] = [];
  const say = (message: string) => void said.push(message);
  const start = (): AlertPost =>
    createAlertPost({
      address: slack.webhook,
      store: memory.store,
      teller: () => ({ appId: 'app', orgId: 'org' }),
      logger: { ...SILENT_LOGGER, info: say, warn: say, error: say },
      random: () => 1,
    });
  return { ...memory, said, start, post: start() };
}

const holding = (...names: AlertName[]): Troubles =>
  new Map(names.map((name) => [name, { since: T0, lastSeenAt: T0, isAlert: true, what: 'It is so.' }]));

test('an alert is told once when it starts and once when it ends', async () => {
  const { post, rows } = setUp();
  for (const minute of [0, 1, 2]) await post.tell(holding('lag'), T0 + minute * MINUTE);
  expect(slack.messages).toEqual([expect.stringContaining('*lag* since 2026-11-25 12:00 UTC: It is so.')]);
  expect([...rows.values()]).toEqual([{ name: 'lag', since: T0 }]);
  for (const minute of [3, 4]) await post.tell(new Map(), T0 + minute * MINUTE);
  expect(slack.messages.slice(1)).toEqual([expect.stringContaining('*lag* is over, after 3 minutes.')]);
  expect(rows.size).toBe(0);
});

test('what starts and ends at the same look comes in one message', async () => {
  const { post } = setUp();
  await post.tell(holding('lag', 'dead_letters'), T0);
  await post.tell(holding('store_failing'), T0 + MINUTE);
  expect(slack.messages).toHaveLength(2);
  for (const part of ['*store_failing* since', '*lag* is over', '*dead_letters* is over'])
    expect(slack.messages[1]).toContain(part);
});

test('a fault that is no alert yet is told to nobody', async () => {
  const { post } = setUp();
  await post.tell(new Map([['lag', { since: T0, lastSeenAt: T0, isAlert: false, what: '' }]]), T0);
  expect(slack.requests).toBe(0);
});

test('the next process tells nothing again, and tells the end', async () => {
  const { post, start } = setUp();
  await post.tell(holding('lag'), T0);
  const next = start();
  expect([...(await next.load())]).toEqual([['lag', T0]]);
  await next.tell(holding('lag'), T0 + MINUTE);
  expect(slack.messages).toHaveLength(1);
  await next.tell(new Map(), T0 + 2 * MINUTE);
  expect(slack.messages).toHaveLength(2);
});

test('an alert of another version, which nobody knows any more, is forgotten', async () => {
  const { post, rows } = setUp();
  rows.set('long_gone', { name: 'long_gone', since: T0 });
  await post.load();
  await post.tell(new Map(), T0);
  expect([rows.size, slack.requests]).toEqual([0, 0]);
});

test('while the store fails an alert is told once all the same, and is written when the store works', async () => {
  const { post, rows, state, start } = setUp();
  state.isDown = true;
  for (const minute of [0, 1, 2]) {
    await post.load();
    await post.tell(holding('store_failing'), T0 + minute * MINUTE);
  }
  expect(slack.messages).toHaveLength(1);
  state.isDown = false;
  await post.load();
  await post.tell(holding('store_failing'), T0 + 3 * MINUTE);
  expect([slack.messages.length, rows.has('store_failing')]).toEqual([1, true]);
  expect((await start().load()).has('store_failing')).toBe(true);
});

test('a process that does not tell any more takes what another one told since', async () => {
  const { post, rows } = setUp();
  await post.load();
  post.forget();
  rows.set('lag', { name: 'lag', since: T0 });
  expect([...(await post.load()).keys()]).toEqual(['lag']);
});

describe('a webhook', () => {
  test.each(['drop', 'rollup_error'] as const)(
    'that fails (%s) is tried again, after longer and longer waits',
    async (how) => {
      const { post, said } = setUp();
      if (how === 'drop') slack.drop(2);
      else slack.refuse(2, how);
      const tries: number[] = [];
      for (let seconds = 0; seconds <= 30; seconds += 1) {
        const before = slack.requests;
        await post.tell(holding('lag'), T0 + seconds * 1_000);
        if (slack.requests > before) tries.push(seconds);
      }
      expect(tries).toEqual([0, 5, 15]);
      expect(slack.messages).toHaveLength(1);
      expect(said).toEqual([expect.stringContaining('tried again'), expect.stringContaining('takes messages again')]);
    },
  );

  test('that limits is asked again when it says so, and not before', async () => {
    const { post } = setUp();
    slack.limit(1, 90);
    for (const seconds of [0, 30, 89]) await post.tell(holding('lag'), T0 + seconds * 1_000);
    expect([slack.requests, slack.messages.length]).toEqual([1, 0]);
    await post.tell(holding('lag'), T0 + 90_000);
    expect(slack.messages).toHaveLength(1);
  });

  test.each<Refusal>(['invalid_payload', 'action_prohibited', 'no_service', 'channel_is_archived'])(
    'that refuses (%s) is named once in the log, without its address, and tried again each hour',
    async (refusal) => {
      const { post, said } = setUp();
      slack.refuse(2, refusal);
      for (const minute of [0, 1, 59, 60, 61, 119]) await post.tell(holding('lag'), T0 + minute * MINUTE);
      expect([slack.requests, slack.messages.length]).toEqual([2, 0]);
      expect(said).toEqual([expect.stringContaining('RELAY_ALERT_WEBHOOK')]);
      expect(said.join()).not.toContain('services');
      await post.tell(holding('lag'), T0 + 120 * MINUTE);
      expect(slack.messages).toHaveLength(1);
    },
  );

  test('that was down for all of an alert is told neither of its start nor of its end', async () => {
    const { post } = setUp();
    slack.drop(1);
    await post.tell(holding('lag'), T0);
    await post.tell(new Map(), T0 + 60 * MINUTE);
    expect([slack.requests, slack.messages.length]).toEqual([1, 0]);
  });
});
