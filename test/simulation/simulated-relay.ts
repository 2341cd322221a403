import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../relay/config/environment.ts';
import { createOneSignalClient } from '../../relay/onesignal/onesignal-client.ts';
import { createRelay } from '../../relay/pipeline/relay.ts';
import { openSqliteStore } from '../../relay/store/sqlite-store.ts';
import type { Store } from '../../relay/store/store.ts';
import type { LogFields, Logger } from '../../relay/telemetry/logger.ts';
import { createMetrics } from '../../relay/telemetry/metrics.ts';
import type { SimulatedOneSignal } from './simulated-onesignal.ts';
import type { SimulatedOrg } from './simulated-org.ts';
import { simulatedSession } from './simulated-session.ts';
import { simulatedSource } from './simulated-source.ts';
import type { SimulatedWorld } from './simulated-world.ts';

const environment = readEnvironment(
  {
    SALESFORCE_LOGIN_URL: 'https://simulated.my.salesforce.com',
    SALESFORCE_CLIENT_ID: 'simulated',
    SALESFORCE_CLIENT_SECRET: 'simulated',
    ONESIGNAL_APP_ID: '00000000-0000-4000-8000-000000000000',
    ONESIGNAL_API_KEY: 'simulated',
    RELAY_RECONCILE_MINUTES: '5',
  },
  String,
);
/** Where it is there, a file system in memory: `synchronous=FULL` then costs no wait for a disk. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
/** One for all: collecting the process's own figures anew for each life costs more than the life. */
const metrics = createMetrics();

/** The relay as it is, on a store of its own, between two simulated sides. */
export class SimulatedRelay {
  readonly #world: SimulatedWorld;
  readonly #org: SimulatedOrg;
  readonly #onesignal: SimulatedOneSignal;
  readonly #dataDir = mkdtempSync(join(MEMORY, 'simulation-'));
  #store: Store | undefined;
  /** Events up to this replay id were left to reconcile when the stream began without a cursor. */
  since = 0;

  constructor(world: SimulatedWorld, org: SimulatedOrg, onesignal: SimulatedOneSignal) {
    this.#world = world;
    this.#org = org;
    this.#onesignal = onesignal;
  }

  get store(): Store {
    if (this.#store === undefined) throw new Error('The relay is down.');
    return this.#store;
  }

  get isUp(): boolean {
    return this.#store !== undefined;
  }

  start({ losesReplay }: { losesReplay: boolean }): void {
    const [world, org] = [this.#world, this.#org];
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
        session: simulatedSession(world, org, onSalesforceAnswer),
        client: createOneSignalClient({
          ...environment.onesignal,
          dispatcher: this.#onesignal.dispatcher(),
          onAppPause,
        }),
        openSource: (handlers) => simulatedSource(world, org, handlers, { losesReplay, onGap }),
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
    this.#onesignal.senderDied();
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
