import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../relay/config/environment.ts';
import { createOneSignalClient, type OneSignalClientOptions } from '../../relay/onesignal/onesignal-client.ts';
import { createRelay } from '../../relay/pipeline/relay.ts';
import type { SalesforceRequest, SalesforceSession } from '../../relay/salesforce/session.ts';
import type { EventSource, StreamHandlers } from '../../relay/salesforce/streaming/event-source.ts';
import { openSqliteStore } from '../../relay/store/sqlite-store.ts';
import type { Store } from '../../relay/store/store.ts';
import type { LogFields, Logger } from '../../relay/telemetry/logger.ts';
import { createMetrics } from '../../relay/telemetry/metrics.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** The app that a simulated relay writes to. */
export const SIMULATED_APP = { appId: '00000000-0000-4000-8000-000000000000', apiKey: 'simulated' };

const environment = readEnvironment(
  {
    SALESFORCE_LOGIN_URL: 'https://simulated.my.salesforce.com',
    SALESFORCE_CLIENT_ID: 'simulated',
    SALESFORCE_CLIENT_SECRET: 'simulated',
    ONESIGNAL_APP_ID: SIMULATED_APP.appId,
    ONESIGNAL_API_KEY: SIMULATED_APP.apiKey,
    RELAY_RECONCILE_MINUTES: '5',
  },
  String,
);
/** Where it is there, a file system in memory: `synchronous=FULL` then costs no wait for a disk. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
/** One for all: collecting the process's own figures anew for each life costs more than the life. */
const metrics = createMetrics();

/** What a relay is connected to. */
export interface Sides {
  session(onAnswer: (call: SalesforceRequest['call']) => void): SalesforceSession;
  /** @param onGap told up to which replay id the subscription left events to reconcile */
  source(handlers: StreamHandlers, start: { losesReplay: boolean; onGap(lastReplayId: number): void }): EventSource;
  /** What carries the requests of one life of the relay to OneSignal. */
  dispatcher(): NonNullable<OneSignalClientOptions['dispatcher']>;
  /** The relay is dead: nobody waits for OneSignal's answers any more. */
  senderDied(): void;
}

/** The relay as it is, on a store of its own, between two simulated sides. */
export class SimulatedRelay {
  readonly #world: SimulatedWorld;
  readonly #sides: Sides;
  readonly #dataDir = mkdtempSync(join(MEMORY, 'simulation-'));
  #store: Store | undefined;
  /** Events up to this replay id were left to reconcile when the stream began without a cursor. */
  since = 0;

  constructor(world: SimulatedWorld, sides: Sides) {
    this.#world = world;
    this.#sides = sides;
  }

  get store(): Store {
    if (this.#store === undefined) throw new Error('The relay is down.');
    return this.#store;
  }

  get isUp(): boolean {
    return this.#store !== undefined;
  }

  start({ losesReplay }: { losesReplay: boolean }): void {
    const [world, sides] = [this.#world, this.#sides];
    world.note(losesReplay ? 'the relay starts; Salesforce has forgotten its cursor' : 'the relay starts');
    const store = openSqliteStore(this.#dataDir);
    this.#store = store;
    const { life } = world;
    const onGap = (lastReplayId: number) => {
      this.since = lastReplayId;
    };
    const relay = createRelay({
      environment,
      store,
      logger: traceLogger(world),
      metrics,
      connect: ({ onSalesforceAnswer, onAppPause }) => ({
        session: sides.session(onSalesforceAnswer),
        client: createOneSignalClient({
          ...environment.onesignal,
          dispatcher: sides.dispatcher(),
          onAppPause,
        }),
        openSource: (handlers) => sides.source(handlers, { losesReplay, onGap }),
      }),
    });
    const ended = (how: string) => life === world.life && world.find(`the relay ended ${how}`);
    void relay.run(new AbortController().signal).then(
      () => ended('by itself'),
      (error: unknown) => ended(`with ${String(error)}`),
    );
  }

  /** As SIGKILL does: nothing of it runs on, what is committed stays. */
  async crash(): Promise<void> {
    this.#world.note('the relay crashes');
    this.#world.life += 1;
    this.#world.time.cancelAllOf('relay');
    this.#sides.senderDied();
    await this.#close();
  }

  async discard(): Promise<void> {
    this.#world.life += 1;
    this.#world.time.cancelAllOf('relay');
    await this.#close();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  async #close(): Promise<void> {
    await this.#store?.close();
    this.#store = undefined;
  }
}

function traceLogger(world: SimulatedWorld): Logger {
  const say = (message: string, fields: LogFields = {}) => world.note(`relay: ${message} ${JSON.stringify(fields)}`);
  /** A defect of the relay is a finding, whatever it comes to. */
  const error = (message: string, fields: LogFields = {}) =>
    fields.code === 'DEFECT' || message.includes('defect')
      ? world.find(`${message} ${JSON.stringify(fields)}`)
      : say(message, fields);
  return { debug: () => undefined, info: say, warn: say, error };
}
