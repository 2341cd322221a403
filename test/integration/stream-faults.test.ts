import type { StreamEnd } from '../../relay/salesforce/streaming/stream-ends.ts';
import type { FaultSwitches } from '../emulators/salesforce/protocol/fault-switches.ts';
import { endStream, type StreamOptions, startStream, startWithCursor } from './stream-under-test.ts';

afterEach(endStream);

const HTML = { contentType: 'text/html', body: '<h1>Sorry</h1>' };
const EXPIRED = '[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]';

interface Fault {
  name: string;
  end: StreamEnd;
  strike(faults: FaultSwitches): void;
  /** What ends the fault, where it does not end by itself. */
  cure?(faults: FaultSwitches): void | Promise<void>;
  options?: StreamOptions;
}

/** Polls that end soon, so that the next request meets the fault, and silence shows soon. */
const SHORT_POLLS: StreamOptions = { salesforce: { connectTimeoutMs: 400 } };

const FAULTS: readonly Fault[] = [
  { name: 'a reset of every connection', end: 'connection_lost', strike: (on) => on.resetSockets() },
  {
    name: 'refused connections',
    end: 'connection_lost',
    strike: (on) => on.refuseConnections(),
    cure: (on) => on.acceptConnections(),
  },
  {
    name: 'a connection that is only half open',
    end: 'silent',
    strike: (on) => on.hangConnects(),
    options: SHORT_POLLS,
  },
  { name: 'an answer that breaks off in its middle', end: 'connection_lost', strike: (on) => on.cutReplies(1) },
  {
    name: 'an answer that drips in for longer than the time allowed',
    end: 'silent',
    strike: (on) => on.dripReplies(1, 100),
    options: SHORT_POLLS,
  },
  {
    name: 'HTTP 401 with a REST error in JSON',
    end: 'unauthorized',
    strike: (on) => on.answerHttp(1, { on: 'cometd', status: 401, contentType: 'application/json', body: EXPIRED }),
  },
  {
    name: 'HTTP 401 with a page',
    end: 'unauthorized',
    strike: (on) => on.answerHttp(1, { on: 'cometd', status: 401, ...HTML }),
  },
  {
    name: 'HTTP 503 with a page',
    end: 'busy',
    strike: (on) => on.answerHttp(2, { on: 'cometd', status: 503, ...HTML }),
  },
  {
    name: 'a page instead of JSON, with HTTP 200',
    end: 'unusable_reply',
    strike: (on) => on.answerHttp(1, { on: 'cometd', status: 200, ...HTML }),
  },
  {
    name: 'a REST error in JSON with HTTP 200',
    end: 'unusable_reply',
    strike: (on) => on.answerHttp(1, { on: 'cometd', status: 200, contentType: 'application/json', body: EXPIRED }),
  },
  {
    name: 'a revoked token: 401::Authentication invalid with the advice none',
    end: 'unauthorized',
    strike: (on) => on.revokeTokens(),
  },
  {
    name: '403::Unknown client with the advice handshake',
    end: 'session_lost',
    strike: (on) => on.forgetClients({ advice: 'handshake' }),
  },
  {
    name: '403::Unknown client with the advice none',
    end: 'session_lost',
    strike: (on) => on.forgetClients({ advice: 'none' }),
  },
  ...(['connect', 'subscribe', 'handshake'] as const).map((on) => ({
    name: `503 in ext.sfdc.failureReason of a ${on}`,
    end: 'busy' as const,
    strike(faults: FaultSwitches) {
      faults.busy(1, on);
      if (on !== 'connect') faults.forgetClients();
    },
  })),
  {
    name: 'spent deliveries',
    end: 'allocation_spent',
    strike: (on) => on.spendDeliveries(),
    cure: (on) => on.restoreDeliveries(),
  },
  {
    name: 'an org that moved to another instance',
    end: 'connection_lost',
    strike: (on) => on.moveInstance(),
  },
];

test.each(FAULTS)('$name loses no event and repeats none', async ({ end, strike, cure, options }) => {
  const under = await startWithCursor(options);
  strike(under.salesforce.faults);
  const during = under.org.publish(3);
  await under.until(`the end is ${end}`, () => under.ends().includes(end));
  under.org.publish(2);
  await cure?.(under.salesforce.faults);
  await under.until('it is subscribed again', under.isSubscribed);
  const [last] = await under.deliver();
  const expected = under.org.retained(during[0]?.channel ?? '').map(({ replayId }) => JSON.stringify(replayId));
  expect(under.taken()).toEqual(expected);
  expect(expected).toHaveLength(7);
  expect(under.cursor).toBe(last);
});

test('a reset while no poll waits loses no event and repeats none', async () => {
  const under = await startWithCursor();
  under.beforeTaking = () => {
    under.salesforce.faults.resetSockets();
    return Promise.resolve();
  };
  const ids = [...(await under.deliver(2)), ...(await under.deliver(2))];
  expect(under.taken().slice(1)).toEqual(ids);
});

test('handshakes refused with interval 0 come only as often as the table of transitions lets them', async () => {
  const under = await startWithCursor();
  const { faults, stats } = under.salesforce;
  faults.denyHandshakes({ interval: 0 });
  faults.resetSockets();
  await under.until('six were refused', () => under.ends().filter((end) => end === 'busy').length >= 6);
  // The first handshake of all, and one after each ending.
  expect(stats.handshakes).toBeLessThanOrEqual(1 + under.ends().length);
  faults.allowHandshakes();
  await under.deliver();
});

test('a login that is refused for a while is tried again until it works', async () => {
  const under = await startWithCursor();
  const refusal = { status: 400, body: '{"error":"invalid_grant"}', contentType: 'application/json' };
  under.salesforce.faults.answerHttp(3, { on: 'token', ...refusal });
  under.salesforce.faults.revokeTokens();
  await under.until('the refusal shows', () => under.ends().includes('SALESFORCE_LOGIN_REFUSED'));
  await under.deliver();
});

test('a null in an answer costs nothing but itself', async () => {
  const under = await startWithCursor();
  under.salesforce.faults.sendNulls(2);
  await under.deliver();
  await under.deliver();
  expect(under.ends()).toEqual([]);
});

test('a channel that the user may not read is told, and tried again slowly', async () => {
  const under = await startStream({ channel: '/event/Unknown__e' });
  await under.until('it was tried again', () => under.ends().filter((end) => end === 'denied').length >= 2);
  expect(new Set(under.ends())).toEqual(new Set(['denied']));
});

test('an event of a channel that nobody subscribed to moves nothing', async () => {
  const under = await startWithCursor();
  const before = under.cursor;
  const stray = { channel: '/event/Other__e', data: { payload: {}, event: { replayId: 999 } } };
  const body = JSON.stringify([stray]);
  under.salesforce.faults.answerHttp(1, { on: 'cometd', status: 200, contentType: 'application/json', body });
  under.salesforce.faults.forgetClients();
  await under.deliver();
  expect(under.taken()).not.toContain('999');
  expect(before).not.toBe(under.cursor);
});

test('quiet days are no silence: answers without events keep the client', async () => {
  const under = await startWithCursor({ salesforce: { connectTimeoutMs: 100 }, timing: { firstAnswerMs: 60_000 } });
  const { stats } = under.salesforce;
  const before = stats.connects;
  await under.until('ten polls ended without an event', () => stats.connects >= before + 10);
  await under.deliver();
});

test('an answer that no new /meta/connect follows counts as silence', async () => {
  const under = await startWithCursor({ timing: { nextConnectMs: 300, intakeMs: 60_000 } });
  const { promise, resolve } = Promise.withResolvers<void>();
  under.beforeTaking = () => promise;
  under.org.publish();
  await under.until('the end is silent', () => under.ends().includes('silent'));
  resolve();
  await under.deliver();
});

test('a server that does not answer at all counts as silence', async () => {
  const under = await startStream({
    timing: { firstAnswerMs: 300 },
    prepare: ({ salesforce }) => salesforce.faults.hangConnects({ newClientsToo: true }),
  });
  await under.until('the end is silent', () => under.ends().includes('silent'));
  under.salesforce.faults.stopHanging();
  await under.until('it is subscribed', under.isSubscribed);
});
