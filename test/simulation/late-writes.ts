import type { Answering } from './answering.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** A write that was given up, or whose sender died, can land so much later, ms: `DOUBT_MS` of the relay has to be longer. */
const LATEST_LANDING_MS = 90_000;

/** Writes to OneSignal whose answer is lost: some never come, some land long after the relay gave them up. */
export class LateWrites {
  readonly #world: SimulatedWorld;
  readonly #landings = new Map<() => void, ReturnType<SimulatedWorld['time']['after']>>();

  constructor(world: SimulatedWorld) {
    this.#world = world;
  }

  /** True while a write that was given up may still land. */
  get areToCome(): boolean {
    return this.#landings.size > 0;
  }

  /** Nobody waits for an answer any more: what is still to land does so as if it had been given up now. */
  senderDied(): void {
    const { time } = this.#world;
    for (const [lands, timer] of this.#landings) {
      if (timer.at <= time.now + LATEST_LANDING_MS) continue;
      time.cancel(timer);
      this.#landings.set(lands, time.after(this.#world.upTo(LATEST_LANDING_MS), 'world', lands));
    }
  }

  /** No answer after all: a reset, a 524, or nothing until the relay gives up. What became of the write is open. */
  lose(what: string, from: Answering, apply: () => { status: number }): void {
    const { life, schedule } = this.#world;
    const way = this.#world.upTo(3);
    const heardAfter = 1 + this.#world.upTo(schedule.longestAnswerMs);
    if (way === 0) this.#world.answer(life, heardAfter, from.reset);
    if (way === 1) this.#world.answer(life, heardAfter, () => from.give({ status: 524, body: {} }));
    if (this.#world.goesWrong('lostBefore')) this.#world.note(`OneSignal never gets ${what}`);
    else this.#land(what, way === 2 ? 60_000 : heardAfter, apply);
  }

  /** The write is done before the relay gives up, or some time after. */
  #land(what: string, givenUpAfter: number, apply: () => { status: number }): void {
    const landsAfter = this.#world.goesWrong('late')
      ? givenUpAfter + this.#world.upTo(LATEST_LANDING_MS)
      : this.#world.upTo(givenUpAfter);
    const lands = () => {
      this.#landings.delete(lands);
      const { status } = apply();
      this.#world.note(`OneSignal does, unheard, ${what}: ${status}`);
    };
    this.#landings.set(lands, this.#world.time.after(landsAfter, 'world', lands));
  }
}
