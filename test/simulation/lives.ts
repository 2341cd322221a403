import type { Crash } from './schedule.ts';
import type { SimulatedRelay } from './simulated-relay.ts';
import { type SimulatedWorld, START } from './simulated-world.ts';

/** What is not at rest so long after the last change never will be, ms. */
const LONGEST_REST_MS = 1_800_000;
const LOOK_MS = 5_000;

/** The relay's lives: it crashes as the schedule says and comes back, until everything is at rest. */
export class Lives {
  readonly #world: SimulatedWorld;
  readonly #judgeCursor: () => Promise<string[]>;
  readonly #relay: SimulatedRelay;
  #crashes = 0;
  /** The crash that has come near: how many of the relay's timers still fire. */
  #doomed: { crash: Crash; stepsLeft: number } | undefined;
  #awaited: Crash | undefined;

  /** @param judgeCursor asked at each crash: what the cursor has passed must be in the store */
  constructor(world: SimulatedWorld, relay: SimulatedRelay, judgeCursor: () => Promise<string[]>) {
    this.#world = world;
    this.#relay = relay;
    this.#judgeCursor = judgeCursor;
  }

  /** @returns how often the relay crashed */
  async play(judgeRest: () => Promise<string[]>, isAnythingToCome: () => boolean): Promise<number> {
    const { time, schedule, findings } = this.#world;
    for (const crash of schedule.crashes) time.after(crash.at, 'world', () => this.#draws(crash));
    this.#world.onDone = (what) => {
      const isCalm = this.#world.time.now >= START + this.#world.schedule.calmFrom;
      if (this.#awaited?.waitsFor === what && !isCalm) this.#dooms(this.#awaited);
    };
    this.#relay.start({ losesReplay: false });
    const calmFrom = START + schedule.calmFrom;
    let nextLook = calmFrom;
    for (;;) {
      const owner = await time.step();
      if (owner === undefined) throw new Error('Nothing is to come any more: not even a relay.');
      if (this.#doomed !== undefined && (owner === 'relay' || this.#doomed.stepsLeft === 0)) await this.#nears();
      if (findings.length > 0) return this.#crashes;
      if (time.now < nextLook || !this.#relay.isUp) continue;
      nextLook = time.now + LOOK_MS;
      const problems = await judgeRest();
      if (problems.length === 0 && !isAnythingToCome()) return this.#crashes;
      if (time.now < calmFrom + LONGEST_REST_MS) continue;
      for (const problem of problems) this.#world.find(problem);
      return this.#crashes;
    }
  }

  #draws(crash: Crash): void {
    if (crash.waitsFor === 'nothing') this.#dooms(crash);
    else this.#awaited ??= crash;
  }

  #dooms(crash: Crash): void {
    if (this.#awaited === crash) this.#awaited = undefined;
    if (this.#relay.isUp) this.#doomed ??= { crash, stepsLeft: crash.stepsLater };
  }

  async #nears(): Promise<void> {
    if (this.#doomed === undefined || this.#doomed.stepsLeft-- > 0) return;
    const { crash } = this.#doomed;
    this.#doomed = undefined;
    this.#crashes += 1;
    for (const finding of await this.#judgeCursor()) this.#world.find(finding);
    await this.#relay.crash();
    this.#world.time.after(1 + crash.downMs, 'world', () => this.#relay.start(crash));
  }
}
