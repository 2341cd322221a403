import { Fifo } from '../config/fifo.ts';
import type { HeldPlace } from './held-place.ts';
import type { Lane } from './onesignal-contract.ts';
import { ShortestTrip } from './shortest-trip.ts';
import { TimeWindow } from './time-window.ts';
import { TurnQueue } from './turn-queue.ts';
import { type NoTurn, TurnWaiter } from './turn-waiter.ts';
import { systemClock, type WaitingClock } from './waiting-clock.ts';

/** OneSignal's second, and a little for clocks that count in steps. */
const WINDOW_MS = 1_002;
/** A request without an answer for so long has reached OneSignal, or never will. */
const PRESUMED_MS = 5_000;

/** A quiet app may send a twentieth of a second's requests at once; after that they go evenly. */
const BURST_SHARE = 1 / 20;
/**
 * Those who wait have their turns in groups, of so much of a second's requests: a process that wakes for each of a thousand
 * a second wakes dearly. A group waits until all of it may start, else it would leave what comes an instant later to the
 * next one; groups are at least and, unless nobody may start, at most so far apart, ms.
 */
const GROUP_SHARE = 1 / 40;
const LEAST_GAP_MS = 10;
const LONGEST_GAP_MS = 50;
/** A line of so long, s, is enough for a group to be there when its turn comes; so many may stand in it in any case. */
const LINE_S = 0.03;
const LEAST_LINE = 8;

export type AppRateOptions = {
  /** At most this many starts in any second; below 1 is one start in a longer window. */
  readonly requestsPerSecond: number;
  /** Requests under way at once. */
  readonly maxConcurrent: number;
  readonly clock?: WaitingClock;
};

/** The right to make one request. It holds a place from the moment it is given until OneSignal has surely counted it. */
export class RateTicket {
  readonly #rate: AppRate;
  #state: 'given' | 'started' | 'done' = 'given';
  /** On the clock's scale. */
  startedAt = Number.NaN;
  /** True from its answer on, or from when that is presumed. */
  isCounted = false;

  constructor(rate: AppRate) {
    this.#rate = rate;
  }

  /** The request is about to be written to its connection. @returns false when it must not be any more */
  started(): boolean {
    if (!this.#rate.isValid) return false;
    if (this.#state !== 'given') return true;
    this.#state = 'started';
    this.#rate.noteStart(this);
    return true;
  }

  /**
   * The request has ended; without a start, its place in the window is free again. One that had started stays one of
   * those under way as long as `place` is held.
   */
  done(place?: HeldPlace): void {
    if (this.#state === 'done') return;
    const hadStarted = this.#state === 'started';
    this.#state = 'done';
    if (hadStarted) place?.hold(() => this.#rate.leavePlace());
    this.#rate.noteEnd(this, hadStarted, hadStarted && place !== undefined);
  }
}

/**
 * The app's limit: OneSignal never receives more than `requestsPerSecond` of ours in any second; they go evenly, and never
 * more than `maxConcurrent` under way. First come, first served, the live lane before the bulk lane. A 429 pauses
 * everybody. https://documentation.onesignal.com/reference/rate-limits
 *
 * When OneSignal counts a request, nobody tells us: some time between its start and its answer, and a server or a network
 * that stands still for an instant counts many at once. So a request holds its place until a second after its answer,
 * less the shortest trip: by so much at least the count of the old one came before its answer, and that of the next
 * comes after its start, taken together.
 */
export class AppRate {
  readonly #clock: WaitingClock;
  readonly #requestsPerSecond: number;
  readonly #maxConcurrent: number;
  /** Requests that were answered, by when. */
  readonly #window: TimeWindow;
  readonly #trips: ShortestTrip;
  #limit = 1;
  #intervalMs = WINDOW_MS;
  #burstMs = 0;
  readonly #live = new TurnQueue<RateTicket>();
  readonly #bulk = new TurnQueue<RateTicket>();
  #windowMs = WINDOW_MS;
  /** Tickets given whose request has not started yet. */
  #notStarted = 0;
  /** Started and not answered. */
  #inFlight = 0;
  /** In the order of their starts; with those that were answered and stand behind one that was not. */
  readonly #started = new Fifo<RateTicket>();
  #underWay = 0;
  /** When the next request is due if they go evenly. */
  #evenlyAt = Number.NEGATIVE_INFINITY;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #validUntil = Number.POSITIVE_INFINITY;
  readonly #listeners = new Set<() => void>();
  #lastGroupAt = Number.NEGATIVE_INFINITY;
  #timer: unknown;
  #timerAt = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor({ requestsPerSecond, maxConcurrent, clock = systemClock() }: AppRateOptions) {
    if (!(requestsPerSecond > 0) || !(maxConcurrent >= 1)) {
      throw new RangeError('requestsPerSecond must be above 0 and maxConcurrent at least 1');
    }
    this.#clock = clock;
    this.#requestsPerSecond = requestsPerSecond;
    this.#maxConcurrent = maxConcurrent;
    this.#window = new TimeWindow(Math.max(1, Math.floor(requestsPerSecond)));
    this.#trips = new ShortestTrip(clock);
    this.#shareAmong(1);
  }

  /**
   * Keeps to an equal share of the limit, one of `members`, and gives no tickets from `until` on (on the clock's
   * scale) unless another call comes before that.
   */
  share(members: number, until: number): void {
    this.#shareAmong(members);
    this.#validUntil = until;
    this.#serve();
  }

  #shareAmong(members: number): void {
    const requestsPerSecond = this.#requestsPerSecond / members;
    this.#limit = Math.max(1, Math.floor(requestsPerSecond));
    const windowMs = WINDOW_MS / Math.min(1, requestsPerSecond);
    this.#windowMs = windowMs;
    this.#intervalMs = windowMs / this.#limit;
    this.#burstMs = Math.floor(this.#limit * BURST_SHARE) * this.#intervalMs;
  }

  /** A ticket now if one is free and nobody waits, else a promise of one. Who gets a ticket must call its `done`. */
  enter(lane: Lane = 'live', signal?: AbortSignal): RateTicket | NoTurn | Promise<RateTicket | NoTurn> {
    if (this.#closed) return 'closed';
    if (signal?.aborted === true) return 'aborted';
    const waiting = this.#nextQueue();
    const isNext = waiting === undefined || (waiting === this.#bulk && lane === 'live');
    if (isNext && this.#waitMs(this.#clock.now()) <= 0) return this.#give();
    const waiter = new TurnWaiter<RateTicket>(signal, this.#stopTimerIfIdle);
    (lane === 'live' ? this.#live : this.#bulk).add(waiter);
    this.#serve();
    return waiter.turn;
  }

  /** How many more may wait in the lane before they wait for long; 0 or less when it is full. */
  roomInLine(lane: Lane): number {
    const before = this.#live.length + (lane === 'live' ? 0 : this.#bulk.length);
    return Math.max(LEAST_LINE, Math.floor(this.#limit * LINE_S)) - before;
  }

  /** `listener` is told whenever somebody who waited has a turn. @returns what ends that */
  onTurn(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Nobody starts before `until` (on the clock's scale). Only ever extends a pause. */
  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }

  /** Ends every wait and gives no more tickets. */
  close(): void {
    this.#closed = true;
    this.#stopTimer();
    this.#live.close();
    this.#bulk.close();
  }

  /** False once the share has run out: a process that was frozen in between must not send what it had a ticket for. */
  get isValid(): boolean {
    return this.#clock.now() < this.#validUntil;
  }

  /** Called by a ticket. */
  noteStart(ticket: RateTicket): void {
    this.#notStarted -= 1;
    ticket.startedAt = this.#clock.now();
    this.#started.add(ticket);
    this.#inFlight += 1;
  }

  /** Called by a ticket. */
  noteEnd(ticket: RateTicket, hadStarted: boolean, keepsPlace: boolean): void {
    if (!keepsPlace) this.#underWay -= 1;
    if (!hadStarted) this.#notStarted -= 1;
    if (hadStarted && !ticket.isCounted) {
      const now = this.#clock.now();
      this.#trips.note(now - ticket.startedAt);
      this.#count(ticket, now);
    }
    this.#serve();
  }

  /** Called by a place that is not held any more. */
  leavePlace(): void {
    this.#underWay -= 1;
    this.#serve();
  }

  #count(ticket: RateTicket, now: number): void {
    ticket.isCounted = true;
    this.#inFlight -= 1;
    this.#window.lengthMs = Math.max(0, this.#windowMs - this.#trips.ms);
    this.#window.countAt(now);
    this.#window.add(now);
  }

  /** One that hangs must not hold its place for a minute. @returns when the oldest of the others is presumed */
  #presume(now: number): number {
    for (let ticket = this.#started.first(); ticket !== undefined; ticket = this.#started.first()) {
      const presumedAt = ticket.startedAt + PRESUMED_MS;
      if (!ticket.isCounted && presumedAt > now) return presumedAt;
      if (!ticket.isCounted) this.#count(ticket, now);
      this.#started.drop();
    }
    return Number.POSITIVE_INFINITY;
  }

  #give(): RateTicket {
    this.#evenlyAt = Math.max(this.#evenlyAt, this.#clock.now()) + this.#intervalMs;
    this.#notStarted += 1;
    this.#underWay += 1;
    return new RateTicket(this);
  }

  /** How long until so many may have tickets at once: 0 for now, Infinity for "when a ticket comes back". */
  #waitMs(now: number, starts = 1): number {
    if (this.#underWay >= this.#maxConcurrent || now >= this.#validUntil) return Number.POSITIVE_INFINITY;
    let at = Math.max(this.#pausedUntil, this.#evenlyAt - this.#burstMs + (starts - 1) * this.#intervalMs);
    const presumedAt = this.#presume(now);
    const free = this.#limit - this.#window.countAt(now) - this.#inFlight - this.#notStarted;
    if (free < starts) at = Math.max(at, Math.min(this.#window.leavesAt(starts - free), presumedAt));
    return Math.max(0, at - now);
  }

  #groupWaitMs(now: number): number {
    const places = this.#maxConcurrent - this.#underWay;
    const group = Math.min(Math.ceil(this.#limit * GROUP_SHARE), this.#live.length + this.#bulk.length, places);
    const whole = Math.min(this.#waitMs(now, group), this.#lastGroupAt + LONGEST_GAP_MS - now);
    return Math.max(this.#waitMs(now), this.#lastGroupAt + LEAST_GAP_MS - now, whole);
  }

  #serve(): void {
    let isInGroup = false;
    let queue = this.#nextQueue();
    while (queue !== undefined) {
      const now = this.#clock.now();
      const waitMs = isInGroup && this.#waitMs(now) <= 0 ? 0 : this.#groupWaitMs(now);
      if (waitMs > 0) {
        this.#wakeAt(now + waitMs, waitMs);
        return;
      }
      isInGroup = true;
      this.#lastGroupAt = now;
      queue.serve(this.#give());
      for (const listener of this.#listeners) listener();
      queue = this.#nextQueue();
    }
    this.#stopTimer();
  }

  /** The lane whose turn it is; undefined if nobody waits. */
  #nextQueue(): TurnQueue<RateTicket> | undefined {
    if (this.#live.first() !== undefined) return this.#live;
    return this.#bulk.first() === undefined ? undefined : this.#bulk;
  }

  /** A timer that is set for later than needed is replaced; one that is set for earlier looks again when it fires. */
  #wakeAt(at: number, waitMs: number): void {
    if (at >= this.#timerAt || at === Number.POSITIVE_INFINITY) return;
    this.#stopTimer();
    this.#timerAt = at;
    this.#timer = this.#clock.setTimer(this.#wake, waitMs);
  }

  readonly #wake = (): void => {
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#serve();
  };

  readonly #stopTimerIfIdle = (): void => {
    if (this.#nextQueue() === undefined) this.#stopTimer();
  };

  #stopTimer(): void {
    if (this.#timer === undefined) return;
    this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }
}
