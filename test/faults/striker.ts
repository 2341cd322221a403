import type { Readiness } from '../../relay/pipeline/readiness.ts';
import { type Logger, SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import { userOfRequest } from '../crash/request-names.ts';
import type { SeenRequest } from '../emulators/proxy.ts';
import type { World } from '../emulators/world.ts';
import type { Lasting } from './fault.ts';
import type { Cell } from './matrix.ts';
import type { Treatment } from './strike.ts';

/** What the cell does for the fault that strikes. */
export interface Hands {
  restart(): void;
  losePart(): Promise<void>;
  records: readonly string[];
}

const LOOK_MS = 20;

/** Lets the fault of a cell strike once, when the relay stands at the step of the cell, and sees what follows. */
export class Striker {
  /** Codes that `/readyz` and the log gave since the fault struck, and why the stream ended. */
  readonly shown = new Set<string>();
  readonly findings: string[] = [];
  /** A listener to the relay's log. */
  readonly logger: Logger;
  readiness: () => Readiness | undefined = () => undefined;
  readonly #cell: Cell;
  readonly #world: World;
  readonly #hands: Hands;
  readonly #looking: NodeJS.Timeout;
  #isArmed = false;
  #struckAt: number | undefined;
  /** While something around the relay lasts. */
  #lasting: Lasting | undefined;
  #wasMet = false;
  #hasTreated = false;
  #hasCursor = false;
  #struckUser: string | undefined;
  #lookedForOthers = false;
  #writesBefore = 0;

  constructor(cell: Cell, world: World, hands: Hands) {
    this.#cell = cell;
    this.#world = world;
    this.#hands = hands;
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
    const listen: Logger['info'] = (_message, fields) => this.#hear(fields?.code, fields?.reason);
    this.logger = { ...SILENT_LOGGER, info: listen, warn: listen };
  }

  /** From now on. */
  arm(): void {
    this.#isArmed = true;
    this.#writesBefore = this.#world.onesignal.stats.writes.length;
  }

  end(): void {
    clearInterval(this.#looking);
  }

  get hasStruck(): boolean {
    return this.#struckAt !== undefined;
  }

  /** The fault lasts no longer; one that lasts around the relay ends only after it was met. */
  get isOver(): boolean {
    return this.hasStruck && this.#lasting === undefined && !this.#isStoreStruck();
  }

  onRequest(step: string, request: SeenRequest): Treatment | undefined {
    this.#lookForOthers(step, request);
    if (this.#strikesNow(step)) {
      this.#struckUser = userOfStep(request);
      void this.#begin();
      const { effect } = this.#cell.fault;
      if (effect.kind === 'request') return effect.strike(request, this.#world);
    }
    return this.#treat(step, request, false);
  }

  /** @returns what becomes of the answer */
  onAnswer(step: string, request: SeenRequest, text: string): Treatment | undefined {
    if (step === 'stream.subscribe') this.#hasCursor = false;
    if (step === 'stream.connect' && text.includes('"channel":"/event/')) {
      this.#hasCursor = true;
      const strike = this.onRequest('stream.delivery', request);
      if (strike !== undefined) return strike;
    }
    const { met } = this.#lasting ?? {};
    if (met?.by === 'answer' && met.says.test(text)) this.#wasMet = true;
    return this.#treat(step, request, true);
  }

  async beforeStore(method: string): Promise<void> {
    const { effect } = this.#cell.fault;
    const name = `store.${method}`;
    const strikesLater = effect.kind === 'store' && effect.when === 'after';
    const isHere = !strikesLater && this.#strikesNow(name);
    // The call that follows meets what came.
    if (isHere) await this.#begin();
    this.#failLasting(method);
    const isAgain = name === this.#cell.step.name && this.#isStoreStruck();
    if (effect.kind === 'store' && !strikesLater && (isHere || isAgain)) throw effect.error();
  }

  afterStore(method: string): void {
    const { effect } = this.#cell.fault;
    if (effect.kind !== 'store' || effect.when !== 'after' || !this.#strikesNow(`store.${method}`)) return;
    throw effect.error();
  }

  /** @returns true when this is the moment */
  #strikesNow(name: string): boolean {
    if (!this.#isArmed || name !== this.#cell.step.name || this.hasStruck) return false;
    this.#struckAt = performance.now();
    return true;
  }

  /** What a fault does that strikes no single request or call. */
  async #begin(): Promise<void> {
    const { effect } = this.#cell.fault;
    if (effect.kind === 'restart') setImmediate(this.#hands.restart);
    if (effect.kind === 'part_lost') await this.#hands.losePart();
    if (effect.kind !== 'lasting') return;
    this.#lasting = effect;
    effect.begin?.(this.#world);
  }

  #treat(step: string, { body }: SeenRequest, isAnswered: boolean): Treatment | undefined {
    const treatment = this.#lasting?.treat?.({ step, body, isAnswered, hasCursor: this.#hasCursor }, this.#world);
    if (treatment === undefined) return undefined;
    const { met } = this.#lasting ?? {};
    const hasComeAgain = step === 'stream.handshake' && this.#hasTreated && !isAnswered;
    if (met?.by === 'treatment' || (met?.by === 'stream_end' && met.orComesAgain && hasComeAgain)) this.#wasMet = true;
    this.#hasTreated = true;
    return treatment;
  }

  #failLasting(method: string): void {
    const error = this.#lasting?.failsStore?.(method);
    if (error === undefined) return;
    if (this.#lasting?.met.by === 'store') this.#wasMet = true;
    throw error;
  }

  /** A method of the store fails for so long. */
  #isStoreStruck(): boolean {
    const { effect } = this.#cell.fault;
    return effect.kind === 'store' && this.#lastsStill(effect.forMs ?? 0);
  }

  #lastsStill(ms: number): boolean {
    return this.#struckAt !== undefined && performance.now() - this.#struckAt < ms;
  }

  #hear(code: unknown, reason: unknown): void {
    if (!this.hasStruck) return;
    for (const said of [code, reason]) if (typeof said === 'string') this.shown.add(said);
    const { met } = this.#lasting ?? {};
    if (met?.by === 'stream_end' && met.reason === reason) this.#wasMet = true;
  }

  #look(): void {
    if (!this.hasStruck) return;
    for (const { code } of this.readiness()?.reasons ?? []) this.shown.add(code);
    if (this.#lasting === undefined || !this.#wasMet || this.#lastsStill(this.#lasting.leastMs ?? 0)) return;
    this.#lasting.end?.(this.#world);
    this.#lasting = undefined;
  }

  /** The record that was struck is tried again: the others must have gone on meanwhile. */
  #lookForOthers(step: string, request: SeenRequest): void {
    const { fault } = this.#cell;
    if (fault.isOfOneRecord !== true || this.#lookedForOthers || this.#hands.records.length < 2) return;
    if (this.#struckUser === undefined || step !== this.#cell.step.name) return;
    if (userOfStep(request) !== this.#struckUser) return;
    this.#lookedForOthers = true;
    const others = this.#world.onesignal.stats.writes
      .slice(this.#writesBefore)
      .filter(({ externalId }) => externalId !== this.#struckUser);
    if (others.length === 0) this.findings.push('no other record went on while the one that was struck waited');
  }
}

/** Of a request to OneSignal; nobody else is asked about one user. */
function userOfStep(request: SeenRequest): string | undefined {
  return request.path.startsWith('/apps/') || request.path.startsWith('/api/') ? userOfRequest(request) : undefined;
}
