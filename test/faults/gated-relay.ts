import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRelayError } from '../../relay/config/relay-error.ts';
import type { Readiness } from '../../relay/pipeline/readiness.ts';
import type { Store } from '../../relay/store/store.ts';
import type { RunningProxy } from '../emulators/proxy.ts';
import { type RunningRelay, type StartOptions, startRelay } from '../emulators/running-relay.ts';
import type { World } from '../emulators/world.ts';
import { failingStore } from './failing-store.ts';
import { startFaultGate } from './fault-gate.ts';
import { onesignalStep, salesforceStep } from './step.ts';
import type { Striker } from './striker.ts';

/** Salesforce's own times would make silence last for minutes; the relay's product code takes others as an option. */
const STREAM_TIMING = { waitScale: 0.1, firstAnswerMs: 3_000, intakeMs: 1_000 };

/** A relay of which every request and every call of its store goes past the striker, and whoever runs it. */
export class GatedRelay {
  /** How far the clock of the relay's store is ahead, ms. */
  aheadMs = 0;
  readonly findings: string[] = [];
  readonly #world: World;
  readonly #striker: Striker;
  readonly #options: StartOptions;
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'faults-'));
  readonly #gates: RunningProxy[] = [];
  #relay: RunningRelay | undefined;
  #store: Store | undefined;
  /** The relay is being started, or stopped and started. */
  #starting: Promise<void> = Promise.resolve();

  constructor(world: World, striker: Striker, options: StartOptions = {}) {
    this.#world = world;
    this.#striker = striker;
    this.#options = options;
  }

  get store(): Store {
    if (this.#store === undefined) throw new Error('the relay was never started');
    return this.#store;
  }

  async readiness(): Promise<Readiness | undefined> {
    await this.#starting;
    return this.#relay?.relay.readiness();
  }

  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  async restart(): Promise<void> {
    const before = this.#starting;
    this.#starting = before.then(async () => {
      await this.#relay?.stop({ keepData: true });
      await this.#start();
    });
    await this.#starting.catch((error: unknown) => this.findings.push(`the relay did not stop and start: ${error}`));
  }

  /**
   * Starts a relay again that gave up because of its store.
   * @param mayEnd false where that is a finding, as any other end is: thrown
   */
  async supervise(mayEnd: boolean): Promise<void> {
    await this.#starting;
    const relay = this.#relay;
    if (relay === undefined) return;
    let looks = 0;
    try {
      await relay.until('it runs', () => looks++ > 0);
    } catch (error) {
      if (!mayEnd || !isRelayError(error) || error.code !== 'STORE_FAILED') throw error;
      // The stop tells of the same end once more.
      this.#starting = relay
        .stop({ keepData: true })
        .catch(() => undefined)
        .then(() => this.#start());
      await this.#starting;
    }
  }

  async close(): Promise<void> {
    await this.#starting.catch(() => undefined);
    await this.#relay
      ?.stop({ keepData: true })
      .catch((error: unknown) => this.findings.push(`the relay ended: ${error}`));
    await Promise.all(this.#gates.map((gate) => gate.close()));
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    this.#relay = await startRelay(this.#world, {
      streamTiming: STREAM_TIMING,
      logger: this.#striker.logger,
      ...this.#options,
      variables: await this.#variables(),
      dataDir: this.#dataDir,
      waitsForReady: false,
      wrapStore: (store) => {
        this.#store = store;
        return failingStore(store, {
          before: (method) => this.#striker.beforeStore(method),
          after: (method) => this.#striker.afterStore(method),
          aheadMs: () => this.aheadMs,
        });
      },
    });
    const { relay } = this.#relay;
    this.#striker.readiness = () => relay.readiness();
  }

  async #variables(): Promise<Record<string, string>> {
    if (this.#gates.length === 0) {
      const { salesforce, onesignal } = this.#world;
      const gate = await startFaultGate({
        target: salesforce.url,
        onRequest: (seen) => this.#striker.onRequest(salesforceStep(seen), seen),
        onAnswer: (seen, text) => this.#striker.onAnswer(salesforceStep(seen), seen, text),
        // The login says where the org is: behind the gate.
        rewrite: (seen, text) =>
          salesforceStep(seen) === 'salesforce.token' ? text.replaceAll(salesforce.url, gate.url) : text,
      });
      const other = await startFaultGate({
        target: onesignal.url,
        onRequest: (seen) => this.#striker.onRequest(onesignalStep(seen), seen),
      });
      this.#gates.push(gate, other);
    }
    const [salesforce, onesignal] = this.#gates;
    return { SALESFORCE_LOGIN_URL: salesforce?.url ?? '', ONESIGNAL_API_URL: onesignal?.url ?? '' };
  }
}
