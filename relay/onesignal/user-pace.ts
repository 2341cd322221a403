import { Fifo } from '../config/fifo.ts';
import { USER_GAP_MS } from '../config/onesignal-limits.ts';
import { PassingMap } from '../config/passing-map.ts';
import { TurnQueue } from './turn-queue.ts';
import { type NoTurn, TurnWaiter } from './turn-waiter.ts';
import { systemClock, type WaitingClock } from './waiting-clock.ts';

export type UserPaceOptions = {
  /** From the end of one write to the start of the next. Default 1,050 ms. */
  readonly gapMs?: number;
  readonly clock?: WaitingClock;
};

type BusyUser = { held: boolean; freeAt: number; timer: unknown; readonly waiters: TurnQueue<'granted'> };

/**
 * One write at a time for one user, and a gap after each. The gap runs from the answer, not from the request: a
 * request may reach OneSignal any time between the two.
 * https://documentation.onesignal.com/reference/rate-limits (1 request a second for a user or subscription)
 */
export class UserPace {
  readonly #clock: WaitingClock;
  #gapMs: number;
  /** Users with a write under way or waiting. */
  readonly #busy = new PassingMap<BusyUser>();
  /** Users whose gap is still running, by its end. */
  readonly #resting = new PassingMap<number>();
  /** Those whose gap began, the oldest first: they are dropped as they expire. */
  readonly #rests = new Fifo<{ userKey: string; until: number }>();
  #allBlockedUntil = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor({ gapMs = USER_GAP_MS, clock = systemClock() }: UserPaceOptions = {}) {
    this.#gapMs = gapMs;
    this.#clock = clock;
  }

  /** How many users it remembers. */
  get size(): number {
    return this.#busy.size + this.#resting.size;
  }

  /** Now if the user is free, else a promise. Who is granted the turn must call `leave`. */
  enter(userKey: string, signal?: AbortSignal): 'granted' | NoTurn | Promise<'granted' | NoTurn> {
    if (this.#closed) return 'closed';
    if (signal?.aborted === true) return 'aborted';
    let user = this.#busy.get(userKey);
    if (user === undefined) {
      const freeAt = this.#resting.get(userKey) ?? Number.NEGATIVE_INFINITY;
      this.#resting.delete(userKey);
      user = { held: false, freeAt, timer: undefined, waiters: new TurnQueue() };
      this.#busy.set(userKey, user);
      if (Math.max(freeAt, this.#allBlockedUntil) <= this.#clock.now()) {
        user.held = true;
        return 'granted';
      }
    }
    const entered = user;
    const waiter = new TurnWaiter<'granted'>(signal, () => this.#serve(userKey, entered));
    user.waiters.add(waiter);
    this.#serve(userKey, user);
    return waiter.turn;
  }

  /**
   * The write has ended. `wrote` is false if the request surely never went out, which starts no gap;
   * `restMs` makes the gap longer (a Retry-After for this user).
   */
  leave(userKey: string, wrote: boolean, restMs = 0): void {
    const user = this.#busy.get(userKey);
    if (user === undefined || !user.held) return;
    user.held = false;
    if (wrote) user.freeAt = this.#clock.now() + Math.max(this.#gapMs, restMs);
    this.#serve(userKey, user);
  }

  /** Nobody has a turn for `ms`: after a start, since the last process may have just written to any user. */
  blockAll(ms: number): void {
    this.#allBlockedUntil = Math.max(this.#allBlockedUntil, this.#clock.now() + ms);
  }

  /** The gap from the next write on, for a limit that several processes share. */
  set gapMs(ms: number) {
    this.#gapMs = ms;
  }

  /** The user was written to by another process and rests for `ms` more. */
  rest(userKey: string, ms: number): void {
    const freeAt = this.#clock.now() + ms;
    const user = this.#busy.get(userKey);
    if (user !== undefined) user.freeAt = Math.max(user.freeAt, freeAt);
    else this.#rest(userKey, Math.max(freeAt, this.#resting.get(userKey) ?? freeAt));
  }

  /** True if a write could start now. */
  isFree(userKey: string): boolean {
    return !this.#busy.has(userKey) && Math.max(this.restMs(userKey), this.#allBlockedUntil - this.#clock.now()) <= 0;
  }

  /** How long the user still rests, ms; 0 for one that may be written to. */
  restMs(userKey: string): number {
    const freeAt = this.#busy.get(userKey)?.freeAt ?? this.#resting.get(userKey) ?? Number.NEGATIVE_INFINITY;
    return Math.max(0, freeAt - this.#clock.now());
  }

  /** Ends every wait and grants no more turns. */
  close(): void {
    this.#closed = true;
    for (const user of this.#busy.values()) {
      this.#stopTimer(user);
      user.waiters.close();
    }
  }

  #serve(userKey: string, user: BusyUser): void {
    if (user.held) return;
    if (user.waiters.first() === undefined) {
      this.#stopTimer(user);
      this.#busy.delete(userKey);
      this.#rest(userKey, user.freeAt);
      return;
    }
    const waitMs = Math.max(user.freeAt, this.#allBlockedUntil) - this.#clock.now();
    if (waitMs <= 0) {
      this.#stopTimer(user);
      user.held = true;
      user.waiters.serve('granted');
    } else if (user.timer === undefined) {
      user.timer = this.#clock.setTimer(() => {
        user.timer = undefined;
        this.#serve(userKey, user);
      }, waitMs);
    }
  }

  #rest(userKey: string, freeAt: number): void {
    const now = this.#clock.now();
    this.#resting.delete(userKey);
    for (let rest = this.#rests.first(); rest !== undefined && rest.until <= now; rest = this.#rests.first()) {
      if (this.#resting.get(rest.userKey) === rest.until) this.#resting.delete(rest.userKey);
      this.#rests.drop();
    }
    if (freeAt <= now) return;
    this.#resting.set(userKey, freeAt);
    this.#rests.add({ userKey, until: freeAt });
  }

  #stopTimer(user: BusyUser): void {
    if (user.timer === undefined) return;
    this.#clock.clearTimer(user.timer);
    user.timer = undefined;
  }
}
