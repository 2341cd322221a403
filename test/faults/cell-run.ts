import { setTimeout as sleep } from 'node:timers/promises';
import { judge, judgeConduct } from '../crash/judge.ts';
import { startWorld, type World } from '../emulators/world.ts';
import type { Ending } from './fault.ts';
import { GatedRelay } from './gated-relay.ts';
import type { Cell } from './matrix.ts';
import { People } from './people.ts';
import type { Scene, Stage } from './scene.ts';
import { SCENES } from './scenes.ts';
import { Striker } from './striker.ts';

/** Beyond the minute for which a 404 may be about a user that we have just made, and for which a client waits; ms. */
const DEADLINE_MS = 110_000;
const POLL_MS = 25;
/** Beyond the time after which a write that nobody saw the end of is asserted once more, ms. */
const DOUBT_OVER_MS = 101_000;
/** Later than any time that the store may hold. */
const EVER = Number.MAX_SAFE_INTEGER;
const CONNECT_TIMEOUT_MS = 3_000;

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

/** One cell while it is played. */
class CellRun implements Stage {
  readonly findings: string[] = [];
  readonly world: World;
  readonly people: People;
  readonly relay: GatedRelay;
  readonly #deadlineMs: number;
  readonly #cell: Cell;
  readonly #scene: Scene;
  readonly #striker: Striker;

  constructor(cell: Cell, scene: Scene, world: World, deadlineMs: number) {
    this.#cell = cell;
    this.#scene = scene;
    this.world = world;
    this.#deadlineMs = deadlineMs;
    this.people = new People(world);
    this.#striker = new Striker(cell, world, {
      restart: () => void this.relay.restart(),
      // Another one on the folder ends the part: what it held is in doubt, and what it writes from now on is refused.
      losePart: async () => void (await this.relay.store.join()),
      records: this.people.records,
    });
    this.relay = new GatedRelay(world, this.#striker, scene.relay);
  }

  async play(): Promise<void> {
    const { fault, step } = this.#cell;
    this.#scene.prepare?.(this);
    if (this.#scene.isAtStart === true) this.#striker.arm();
    await this.relay.start();
    if (this.#scene.isAtStart !== true) {
      await this.#rest('before the fault');
      this.#scene.warmUp?.(this);
      await this.#rest('before the fault');
      this.#striker.arm();
    }
    await this.#scene.act?.(this);
    await this.#until(`not reached: ${step.name}`, () => this.#striker.hasStruck);
    await this.#workOn();
    this.relay.aheadMs += fault.passesMs?.(step) ?? 0;
    const ending = fault.ending(step);
    if (ending === 'left out') await this.#resyncLeftOut();
    else if (ending !== 'right') await this.#askAgain(ending);
    await this.#rest('after the fault');
    const shows = fault.shows?.(step);
    if (shows !== undefined) await this.#until(`nothing ever said ${shows}`, () => this.#striker.shown.has(shows));
    this.relay.aheadMs += DOUBT_OVER_MS;
    this.people.lead();
    await this.#rest('one more record, and what was in doubt', true);
    this.findings.push(...this.#striker.findings, ...judgeConduct(this.world));
  }

  async end(): Promise<void> {
    this.#striker.end();
    await this.relay.close();
    this.findings.push(...this.relay.findings);
    await this.world.close();
  }

  /** People go on working while something lasts around the relay, so that there is something to strike. */
  async #workOn(): Promise<void> {
    const isMet = 'the fault met nothing that the relay did, or does not end';
    if (this.#cell.fault.effect.kind !== 'lasting') return this.#until('the fault is over', () => this.#striker.isOver);
    const stopWorking = this.people.workOn();
    await this.#until(isMet, () => this.#striker.isOver).finally(stopWorking);
  }

  /**
   * The relay has nothing left to do, says that it is ready, and both sides are as planned.
   * @param isAsserted all that was written unseen was asserted once more, too
   */
  async #rest(when: string, isAsserted = false): Promise<void> {
    let problems: string[] = [];
    const isAtRest = async () => {
      const readiness = await this.relay.readiness();
      if (readiness?.isReady !== true) {
        problems = (readiness?.reasons ?? []).map(({ code }) => `/readyz says ${code}`);
        return false;
      }
      const { due, pendingWriteBacks, deadLetters } = await this.relay.store.counts();
      // A pass that still runs would make due, and so right, what is to stand in failures.
      const isReconciled = (await this.relay.store.mark()) !== undefined;
      const inDoubt = isAsserted ? await this.relay.store.usersToAssert({ limit: 10, now: EVER }) : [];
      problems = [
        ...inDoubt.map((key) => `user ${key} is still to be asserted`),
        ...(isReconciled ? [] : ['the first pass of reconcile is not over']),
        ...(due + pendingWriteBacks > 0 ? [`${due} records are due, ${pendingWriteBacks} statuses wait`] : []),
        ...(deadLetters > 0 ? [`${deadLetters} dead letters`] : []),
        ...judge(this.world, this.people.deleted),
      ];
      return problems.length === 0;
    };
    await this.#until(`no rest ${when}`, isAtRest, () => problems);
  }

  /** The verdict stands where it should; then somebody follows its next step. */
  async #askAgain(ending: Exclude<Ending, 'right' | 'left out'>): Promise<void> {
    const hasEnded = async () => {
      const letters = await this.relay.store.deadLetters({ reason: ending, limit: 10 });
      if (letters.length > 1) throw new Error(`${letters.length} records are ${ending}, and one was struck`);
      return letters.length === 1;
    };
    await this.#until(`no record is ${ending}`, hasEnded);
    const others = async () => (await this.relay.store.counts()).due === 0;
    await this.#until('the other records wait', others);
    await this.relay.store.retryDeadLetters({ reason: ending }, this.relay.store.now());
  }

  /** The record says what it lacks; then somebody asks for a resync. */
  async #resyncLeftOut(): Promise<void> {
    const lacks = (id: string) => /email \(OneSignal refused it: HTTP 4\d\d\)/.test(this.#detailOf(id));
    await this.#until('no record says that its email was left out', () => this.people.records.some(lacks));
    for (const id of this.people.records.filter(lacks))
      this.people.update(id, { OneSignal_Sync_Requested_At__c: new Date(this.world.org.now()).toISOString() });
  }

  #detailOf(id: string): string {
    return String(this.world.org.peek('Lead', id)?.OneSignal_Sync_Detail__c);
  }

  async #until(
    what: string,
    condition: () => boolean | Promise<boolean>,
    more: () => string[] = () => [],
  ): Promise<void> {
    const { fault, step } = this.#cell;
    const mayEnd = fault.endsRelay?.(step) === true;
    const deadline = performance.now() + this.#deadlineMs;
    while (!(await condition())) {
      await this.relay.supervise(mayEnd);
      if (performance.now() > deadline) throw new Error([what, ...more()].join('; '));
      await sleep(POLL_MS);
    }
  }
}
