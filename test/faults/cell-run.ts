import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRelayError } from '../../relay/config/relay-error.ts';
import type { Store } from '../../relay/store/store.ts';
import { IN_THE_BROWSER, savedId } from '../../scripts/demo/play.ts';
import { judge, judgeConduct } from '../crash/judge.ts';
import { type RunningRelay, startRelay } from '../emulators/running-relay.ts';
import type { FieldValues } from '../emulators/salesforce/org-contract.ts';
import { startWorld, type World } from '../emulators/world.ts';
import { failingStore } from './failing-store.ts';
import type { Ending } from './fault.ts';
import { startFaultGate } from './fault-gate.ts';
import type { Cell } from './matrix.ts';
import type { Scene, Stage } from './scene.ts';
import { SCENES } from './scenes.ts';
import { onesignalStep, salesforceStep } from './step.ts';
import { Striker } from './striker.ts';

/** Beyond the minute for which a 404 may be about a user that we have just made, and for which a client waits; ms. */
const DEADLINE_MS = 110_000;
const POLL_MS = 25;
/** Between two changes that people make while a fault lasts around the relay, ms. */
const WORK_MS = 250;
/** Beyond the time after which a write that nobody saw the end of is asserted once more, ms. */
const DOUBT_OVER_MS = 101_000;
/** Later than any time that the store may hold. */
const EVER = Number.MAX_SAFE_INTEGER;
/** Salesforce's own times would make silence last for minutes; the relay's product code takes others as an option. */
const STREAM_TIMING = { waitScale: 0.1, firstAnswerMs: 3_000, intakeMs: 1_000 };
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * Plays one cell, and says what is not as it must be; empty when all is well.
 * @param deadlineMs for each thing that is waited for
 */
export async function runCell(cell: Cell, deadlineMs = DEADLINE_MS): Promise<string[]> {
  const scene = SCENES[cell.fault.scene?.(cell.step) ?? cell.scene];
  const world = await startWorld({
    ...scene.world,
    org: { seed: `${cell.fault.name} ${cell.step.name}`, duplicateRule: true, ...scene.world?.org },
    salesforce: { connectTimeoutMs: CONNECT_TIMEOUT_MS },
  });
  const run = new CellRun(cell, scene, world, deadlineMs);
  try {
    await run.play();
  } catch (error) {
    run.findings.push(error instanceof Error ? error.message : String(error));
  } finally {
    await run.end();
  }
  return run.findings;
}

/** One cell while it is played: both sides, the gates before them, the relay, and what somebody in sales does. */
class CellRun implements Stage {
  readonly findings: string[] = [];
  readonly records: string[] = [];
  readonly world: World;
  readonly #deadlineMs: number;
  readonly #cell: Cell;
  readonly #scene: Scene;
  readonly #deleted: string[] = [];
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'faults-'));
  readonly #striker: Striker;
  readonly #gates: { url: string; close(): Promise<void> }[] = [];
  #relay: RunningRelay | undefined;
  #store: Store | undefined;
  /** The relay is being started, or stopped and started. */
  #starting: Promise<void> = Promise.resolve();
  #people = 0;
  #aheadMs = 0;

  constructor(cell: Cell, scene: Scene, world: World, deadlineMs: number) {
    this.#cell = cell;
    this.#scene = scene;
    this.world = world;
    this.#deadlineMs = deadlineMs;
    this.#striker = new Striker(cell, world, {
      restart: () => void this.restart(),
      // Another one on the folder ends the part: what it held is in doubt, and what it writes from now on is refused.
      losePart: async () => void (await this.store.join()),
      records: this.records,
    });
  }

  async play(): Promise<void> {
    const { fault, step } = this.#cell;
    this.#scene.prepare?.(this);
    if (this.#scene.isAtStart === true) this.#striker.arm();
    this.#starting = this.#start();
    await this.#starting;
    if (this.#scene.isAtStart !== true) {
      await this.#rest('before the fault');
      this.#scene.warmUp?.(this);
      await this.#rest('before the fault');
      this.#striker.arm();
    }
    await this.#scene.act?.(this);
    await this.#until(`not reached: ${step.name}`, () => this.#striker.hasStruck);
    await this.#workOn();
    this.#aheadMs += fault.passesMs?.(step) ?? 0;
    const ending = fault.ending(step);
    if (ending !== 'right') await this.#askAgain(ending);
    await this.#rest('after the fault');
    const shows = fault.shows?.(step);
    if (shows !== undefined) await this.#until(`nothing ever said ${shows}`, () => this.#striker.shown.has(shows));
    this.#aheadMs += DOUBT_OVER_MS;
    this.lead();
    await this.#rest('one more record, and what was in doubt', true);
    this.findings.push(...this.#striker.findings, ...judgeConduct(this.world));
  }

  async end(): Promise<void> {
    this.#striker.end();
    await this.#starting.catch(() => undefined);
    await this.#relay
      ?.stop({ keepData: true })
      .catch((error: unknown) => this.findings.push(`the relay ended: ${error}`));
    await Promise.all(this.#gates.map((gate) => gate.close()));
    await this.world.close();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  get store(): Store {
    if (this.#store === undefined) throw new Error('the relay was never started');
    return this.#store;
  }

  get first(): string {
    const [id] = this.records;
    if (id === undefined) throw new Error('the scene has no record yet');
    return id;
  }

  async restart(): Promise<void> {
    const before = this.#starting;
    this.#starting = before.then(async () => {
      await this.#relay?.stop({ keepData: true });
      await this.#start();
    });
    await this.#starting.catch((error: unknown) => this.findings.push(`the relay did not stop and start: ${error}`));
  }

  lead(values: FieldValues = {}): string {
    this.#people += 1;
    const named = { LastName: `Lead ${this.#people}`, Company: `Company ${this.#people}`, ...values };
    return this.#keep(savedId(this.world.org.create('Lead', named, this.world.seller)));
  }

  two([first, second]: readonly FieldValues[] = []): void {
    this.lead(first);
    this.lead(second);
  }

  contact(): string {
    const values = { LastName: 'Contact', AccountId: this.account(), OneSignal_Lifecycle_Stage__c: 'Customer' };
    return this.#keep(savedId(this.world.org.create('Contact', values, this.world.seller)));
  }

  account(): string {
    return savedId(this.world.org.create('Account', { Name: 'Account' }, this.world.seller));
  }

  update(id: string, values: FieldValues): void {
    savedId(this.world.org.update('Lead', id, values, this.world.seller, IN_THE_BROWSER));
  }

  load(id: string, values: FieldValues): void {
    savedId(
      this.world.org.update('Lead', id, values, this.world.relayUser, { autoAssign: false, allowDuplicates: true }),
    );
  }

  crowd(count: number): void {
    const AccountId = this.account();
    for (let n = 0; n < count; n++)
      savedId(this.world.org.create('Contact', { LastName: `Nobody ${n}`, AccountId }, this.world.seller));
  }

  remove(id: string): void {
    savedId(this.world.org.delete('Lead', id, this.world.seller));
    this.#deleted.push(id);
  }

  #keep(id: string): string {
    this.records.push(id);
    return id;
  }

  async #start(): Promise<void> {
    this.#relay = await startRelay(this.world, {
      streamTiming: STREAM_TIMING,
      logger: this.#striker.logger,
      ...this.#scene.relay,
      variables: await this.#variables(),
      dataDir: this.#dataDir,
      waitsForReady: false,
      wrapStore: (store) => {
        this.#store = store;
        return failingStore(store, {
          before: (method) => this.#striker.beforeStore(method),
          after: (method) => this.#striker.afterStore(method),
          aheadMs: () => this.#aheadMs,
        });
      },
    });
    const { relay } = this.#relay;
    this.#striker.readiness = () => relay.readiness();
  }

  async #variables(): Promise<Record<string, string>> {
    if (this.#gates.length === 0) {
      const { salesforce, onesignal } = this.world;
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

  /** People go on working while something lasts around the relay, so that there is something to strike. */
  async #workOn(): Promise<void> {
    const isMet = 'the fault met nothing that the relay did, or does not end';
    if (this.#cell.fault.effect.kind !== 'lasting') return this.#until('the fault is over', () => this.#striker.isOver);
    const id = this.lead();
    let turn = 0;
    const working = setInterval(() => {
      turn += 1;
      this.update(id, { Status: turn % 2 === 0 ? 'Open - Not Contacted' : 'Working - Contacted' });
    }, WORK_MS);
    await this.#until(isMet, () => this.#striker.isOver).finally(() => clearInterval(working));
  }

  /**
   * The relay has nothing left to do, says that it is ready, and both sides are as planned.
   * @param isAsserted all that was written unseen was asserted once more, too
   */
  async #rest(when: string, isAsserted = false): Promise<void> {
    let problems: string[] = [];
    const isAtRest = async () => {
      await this.#starting;
      if (this.#relay?.relay.readiness().isReady !== true) {
        problems = (this.#relay?.relay.readiness().reasons ?? []).map(({ code }) => `/readyz says ${code}`);
        return false;
      }
      const { due, pendingWriteBacks, deadLetters } = await this.store.counts();
      // A pass that still runs would make due, and so right, what is to stand in failures.
      const isReconciled = (await this.store.mark()) !== undefined;
      const inDoubt = isAsserted ? await this.store.usersToAssert({ limit: 10, now: EVER }) : [];
      problems = [
        ...inDoubt.map((key) => `user ${key} is still to be asserted`),
        ...(isReconciled ? [] : ['the first pass of reconcile is not over']),
        ...(due + pendingWriteBacks > 0 ? [`${due} records are due, ${pendingWriteBacks} statuses wait`] : []),
        ...(deadLetters > 0 ? [`${deadLetters} dead letters`] : []),
        ...judge(this.world, this.#deleted),
      ];
      return problems.length === 0;
    };
    await this.#until(`no rest ${when}`, isAtRest, () => problems);
  }

  /** The verdict stands where it should; then somebody follows its next step. */
  async #askAgain(ending: Exclude<Ending, 'right'>): Promise<void> {
    const hasEnded = async () => {
      const letters = await this.store.deadLetters({ reason: ending, limit: 10 });
      if (letters.length > 1) throw new Error(`${letters.length} records are ${ending}, and one was struck`);
      return letters.length === 1;
    };
    await this.#until(`no record is ${ending}`, hasEnded);
    const others = async () => (await this.store.counts()).due === 0;
    await this.#until('the other records wait', others);
    await this.store.retryDeadLetters({ reason: ending }, this.store.now());
  }

  /** Starts a relay again that gave up where it should; any other end is a finding. */
  async #supervise(): Promise<void> {
    await this.#starting;
    const relay = this.#relay;
    let looks = 0;
    const ended = await relay
      ?.until('it runs', () => looks++ > 0)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    if (ended === undefined) return;
    const { fault, step } = this.#cell;
    const isMeant = isRelayError(ended) && ended.code === 'STORE_FAILED' && fault.endsRelay?.(step) === true;
    if (!isMeant) throw ended;
    this.#starting =
      relay
        ?.stop({ keepData: true })
        .catch(() => undefined)
        .then(() => this.#start()) ?? Promise.resolve();
    await this.#starting;
  }

  async #until(
    what: string,
    condition: () => boolean | Promise<boolean>,
    more: () => string[] = () => [],
  ): Promise<void> {
    const deadline = performance.now() + this.#deadlineMs;
    while (!(await condition())) {
      await this.#supervise();
      if (performance.now() > deadline) throw new Error([what, ...more()].join('; '));
      await sleep(POLL_MS);
    }
  }
}
