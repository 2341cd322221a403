import { readEnvironment } from '../../relay/config/environment.ts';
import { requestAccessToken } from '../../relay/salesforce/access-token.ts';
import { createSession } from '../../relay/salesforce/session.ts';
import { createCometdSource, type StreamTiming } from '../../relay/salesforce/streaming/cometd-source.ts';
import type { StreamEvent, StreamState } from '../../relay/salesforce/streaming/event-source.ts';
import type { SalesforceEmulator, SalesforceOptions } from '../emulators/salesforce/start-salesforce.ts';
import { secret, secretApp, start } from '../unit/emulators/salesforce-protocol/emulator-under-test.ts';
import { stageChange, type TinyOrg } from '../unit/emulators/salesforce-protocol/tiny-org.ts';

/** The source alone against the emulator: what it hands over is kept in memory with the cursor. */
export interface StreamUnderTest {
  org: TinyOrg;
  salesforce: SalesforceEmulator;
  /** Every state with its reason, in order. */
  said: { state: StreamState; reason: string | undefined }[];
  /** Reasons of the states so far, without the routine of getting subscribed. */
  ends(): string[];
  /** Replay ids of the events that were taken, in order, as often as they came. */
  taken(): string[];
  batches: (readonly StreamEvent[])[];
  cursor: string | undefined;
  /** Comes before each batch is taken: may hold it up, or refuse it by rejecting. */
  beforeTaking: (signal: AbortSignal) => Promise<void>;
  isSubscribed(): boolean;
  until(what: string, condition: () => boolean): Promise<void>;
  /** Publishes and waits until the last of them is taken. */
  deliver(count?: number): Promise<string[]>;
  stop(): Promise<void>;
}

export interface StreamOptions {
  salesforce?: Partial<SalesforceOptions>;
  timing?: Partial<StreamTiming>;
  cursor?: string;
  channel?: string;
  /** Before the source starts. */
  prepare?(under: { org: TinyOrg; salesforce: SalesforceEmulator }): void;
}

const POLL_MS = 5;
const DEADLINE_MS = 30_000;

let open: { under: StreamUnderTest; close(): Promise<void> } | undefined;

export async function startStream(options: StreamOptions = {}): Promise<StreamUnderTest> {
  const { org, salesforce } = await start(options.salesforce);
  options.prepare?.({ org, salesforce });
  const { salesforce: login } = readEnvironment(
    {
      SALESFORCE_LOGIN_URL: salesforce.url,
      SALESFORCE_CLIENT_ID: secretApp,
      SALESFORCE_CLIENT_SECRET: secret,
      SALESFORCE_CHANNEL: options.channel ?? stageChange,
      ONESIGNAL_APP_ID: '6f1d4c1e-0d7a-4c55-9f0a-2a1c2b7c9e11',
      ONESIGNAL_API_KEY: 'unused',
    },
    String,
  );
  const session = createSession({ apiVersion: login.apiVersion, requestToken: () => requestAccessToken(login) });
  await session.open();
  const under: StreamUnderTest = {
    org,
    salesforce,
    said: [],
    ends: () => under.said.flatMap(({ reason }) => reason ?? []),
    batches: [],
    taken: () => under.batches.flatMap((batch) => batch.flatMap(({ replayId }) => replayId ?? [])),
    cursor: options.cursor,
    beforeTaking: () => Promise.resolve(),
    isSubscribed: () => under.said.at(-1)?.state === 'subscribed',
    async until(what, condition) {
      const deadline = Date.now() + DEADLINE_MS;
      while (!condition()) {
        if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}. ${JSON.stringify(under.said)}`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    async deliver(count = 1) {
      const ids = org.publish(count).map(({ replayId }) => JSON.stringify(replayId));
      await under.until('the events are taken', () => under.taken().includes(ids.at(-1) ?? ''));
      return ids;
    },
    stop: () => source.stop(),
  };
  const source = createCometdSource({
    session,
    channel: login.channel,
    timing: { firstAnswerMs: 5_000, waitScale: 0.01, ...options.timing },
    random: () => 1,
    handlers: {
      readCursor: () => Promise.resolve(under.cursor),
      async onEvents(events, signal) {
        await under.beforeTaking(signal);
        under.batches.push(events);
        under.cursor = events.findLast(({ replayId }) => replayId !== undefined)?.replayId ?? under.cursor;
      },
      onReplayLost() {
        under.cursor = undefined;
        return Promise.resolve();
      },
      onState: (state, reason) => void under.said.push({ state, reason }),
      onAlive: () => undefined,
    },
  });
  open = {
    under,
    async close() {
      await source.stop();
      await salesforce.close();
    },
  };
  source.start();
  return under;
}

/** Call in `afterEach`. Whatever happened, everything retained was never asked for. */
export async function endStream(): Promise<void> {
  const ending = open;
  open = undefined;
  await ending?.close();
  expect(ending?.under.salesforce.stats.replayIdsAsked ?? []).not.toContain(-2);
  expect(ending?.under.salesforce.stats.emulatorErrors ?? []).toEqual([]);
}

/** A stream that is subscribed, has taken an event, so that it has a cursor, and waits for the next. */
export async function startWithCursor(options: StreamOptions = {}): Promise<StreamUnderTest> {
  const under = await startStream(options);
  await under.until('it is subscribed', under.isSubscribed);
  const { stats } = under.salesforce;
  let before = Number.POSITIVE_INFINITY;
  under.beforeTaking = () => {
    before = stats.connects;
    return Promise.resolve();
  };
  await under.deliver();
  await under.until('a poll waits', () => stats.connects > before);
  return under;
}
