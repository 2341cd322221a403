import { seededRandom } from '../emulators/salesforce/org/ids.ts';
import { type Outage, type Schedule, scheduleOf, type Weather } from './schedule.ts';
import { VirtualTime } from './virtual-time.ts';

/** When every simulated run begins, ms since 1970. */
export const START = Date.parse('2026-03-02T08:00:00Z');

/** One run of a schedule: its time, its chance, and what has happened so far. */
export class SimulatedWorld {
  readonly schedule: Schedule;
  readonly time = new VirtualTime(START);
  readonly random: () => number;
  readonly trace: string[] = [];
  /** What was broken on the way, whatever came after. */
  readonly findings: string[] = [];
  /** Told of what crashes wait for, at the moment when it is done and not answered. */
  onDone: (what: 'onesignal_write' | 'status_write') => void = () => undefined;

  /** Rises with each crash. */
  life = 0;

  constructor(seed: number) {
    this.schedule = scheduleOf(seed);
    this.random = seededRandom(`world ${seed}`);
  }

  note(what: string): void {
    this.trace.push(`${((this.time.now - START) / 1000).toFixed(3).padStart(9)} s  ${what}`);
  }

  /** Something that happens whatever becomes of the relay, and the answer to it, which only who asked can get. */
  exchange(does: () => void, answers: () => void): void {
    const { life } = this;
    const longest = this.schedule.longestAnswerMs / 2;
    this.time.after(1 + this.upTo(longest), 'world', () => {
      does();
      this.answer(life, 1 + this.upTo(longest), answers);
    });
  }

  answer(life: number, delayMs: number, answers: () => void): void {
    if (life === this.life) this.time.after(delayMs, 'relay', answers);
  }

  find(what: string): void {
    this.note(`WRONG: ${what}`);
    this.findings.push(what);
  }

  happens(share: number): boolean {
    return this.random() < share;
  }

  /** As often as the schedule says, until it is calm. */
  goesWrong(what: keyof Weather): boolean {
    return this.time.now - START < this.schedule.calmFrom && this.happens(this.schedule.weather[what]);
  }

  upTo(max: number): number {
    return Math.floor(this.random() * max);
  }

  isOut(side: Outage['side']): boolean {
    const at = this.time.now - START;
    return this.schedule.outages.some((outage) => outage.side === side && at >= outage.from && at < outage.to);
  }
}
