import { setTimeout as sleep } from 'node:timers/promises';
import { judge, judgeConduct } from '../crash/judge.ts';
import { judgeRest } from '../crash/store-after-kill.ts';
import type { FaultStep, Way } from './fault-steps.ts';
import type { Fault } from './faults.ts';
import { Scene } from './scene.ts';

export interface CellResult {
  fault: string;
  step: string;
  /** What is wrong, a sentence each; empty when all is right. */
  findings: string[];
  ms: number;
}

const POLL_MS = 25;
/** The fault has to be met within this time, and then everything has to be right within it again. */
const DEADLINE_MS = 25_000;
const WORKING = 'Working - Contacted';
const KNOWN_USER = 'account-1';

/** Plays one cell: the relay comes to the step, the fault strikes there, people go on working, and all must be right in the end. */
export async function runCell(fault: Fault, step: FaultStep, deadlineMs = DEADLINE_MS): Promise<CellResult> {
  const began = performance.now();
  const findings: string[] = [];
  const scene = await Scene.open(`${fault.name} at ${step.name}`);
  try {
    await new Cell(scene, fault, step, findings, deadlineMs).play();
  } catch (error) {
    findings.push(`the cell broke: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await scene.close();
  }
  return { fault: fault.name, step: step.name, findings, ms: Math.round(performance.now() - began) };
}

class Cell {
  readonly #scene: Scene;
  readonly #fault: Fault;
  readonly #step: FaultStep;
  readonly #findings: string[];
  readonly #deadlineMs: number;
  /** Stages to give the record that changes again and again, so that each change is one. */
  #turn = 0;

  constructor(scene: Scene, fault: Fault, step: FaultStep, findings: string[], deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
    this.#scene = scene;
    this.#fault = fault;
    this.#step = step;
    this.#findings = findings;
  }

  async play(): Promise<void> {
    const scene = this.#scene;
    scene.world.onesignal.seedUser({ externalId: KNOWN_USER });
    const ids = [scene.lead(), scene.lead()];
    const isStart = this.#step.way === 'start';
    if (isStart) this.#await(ids);
    await scene.start();
    if (!isStart) {
      await this.#untilRight();
      // An event that was taken is what gives the stream a cursor.
      scene.lead();
      await this.#untilRight();
      this.#await(ids);
      this.#take(this.#step.way, ids);
    }
    if (await this.#until(() => this.#scene.onStep === undefined)) await this.#untilStruck();
    else this.#findings.push('not reached: the relay never came to the step');
    if (this.#findings.length > 0) return;
    await this.#cure(ids);
    await this.#untilRight();
    this.#findings.push(...judgeConduct(scene.world), ...(await judgeRest(scene.relay.store)));
  }

  /** From now on the fault strikes when the relay comes to the step. */
  #await(ids: readonly string[]): void {
    const scene = this.#scene;
    scene.awaited = this.#step.name.replace(' of records', '');
    scene.onStep = () => {
      this.#fault.strike(scene);
      // People go on working, so that the fault has something to strike whatever the relay was about.
      setTimeout(() => this.#work(ids), 0);
    };
  }

  #take(way: Way, [first = '', second = '']: readonly string[]): void {
    const { faults } = this.#scene.world.salesforce;
    const ways: Readonly<Record<Way, () => void>> = {
      start: () => undefined,
      stage: () => this.#scene.update(first, { Status: WORKING }),
      new_record: () => void this.#scene.lead(),
      known_user: () => void this.#scene.lead({ OneSignal_External_Id__c: KNOWN_USER }),
      new_external_id: () => this.#scene.update(first, { OneSignal_External_Id__c: 'account-2' }),
      deletion: () => this.#scene.remove(second),
      lost_window() {
        faults.loseReplayWindow();
        faults.revokeTokens();
      },
    };
    ways[way]();
  }

  #work([first = '']: readonly string[]): void {
    this.#turn += 1;
    this.#scene.lead();
    this.#scene.update(first, { Status: this.#turn % 2 === 0 ? WORKING : 'Closed - Not Converted' });
  }

  async #untilStruck(): Promise<void> {
    if (!(await this.#until(() => this.#scene.strikes > 0)))
      this.#findings.push('not reached: the fault met nothing that the relay did');
  }

  /** What a person does where the table of faults says that one is needed. */
  async #cure(ids: readonly string[]): Promise<void> {
    const { expected } = this.#fault;
    if (expected.kind === 'right') return;
    if (expected.kind === 'after_next_change') {
      const { store } = this.#scene.relay;
      await this.#until(async () => (await store.counts()).pendingWriteBacks === 0);
      for (const row of this.#scene.world.org.rows('Lead')) {
        this.#scene.update(String(row.Id), { Status: ids.includes(String(row.Id)) ? 'Open - Not Contacted' : WORKING });
      }
      return;
    }
    const { store } = this.#scene.relay;
    const reasons = async () => (await store.deadLetters({ limit: 10 })).map(({ reason }) => reason);
    if (!(await this.#until(async () => (await reasons()).length > 0))) {
      this.#findings.push(`no record is in failures as ${expected.reason}`);
      return;
    }
    const found = [...new Set(await reasons())];
    if (found.join() !== expected.reason) this.#findings.push(`in failures as ${found.join()}, not ${expected.reason}`);
    await store.retryDeadLetters({}, store.now());
    // As the command does beside a relay: people's next change makes it look.
    this.#work(ids);
  }

  async #untilRight(): Promise<void> {
    const scene = this.#scene;
    const problems = async () => {
      const { isReady, reasons } = scene.relay.relay.readiness();
      const unready = isReady ? [] : [`/readyz: ${reasons.map(({ code }) => code).join(', ')}`];
      return [...judge(scene.world, scene.deleted), ...(await judgeRest(scene.relay.store)), ...unready];
    };
    if (!(await this.#until(async () => (await problems()).length === 0))) this.#findings.push(...(await problems()));
  }

  /** True once the condition holds, false when it does not in time. A relay that gave up is started again. */
  async #until(condition: () => boolean | Promise<boolean>): Promise<boolean> {
    const deadline = performance.now() + this.#deadlineMs;
    while (performance.now() < deadline) {
      await this.#scene.restarted();
      await this.#scene.superviseOnce();
      if (await condition()) return true;
      await sleep(POLL_MS);
    }
    return false;
  }
}
