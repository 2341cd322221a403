import { DOUBT_MS } from '../config/onesignal-limits.ts';
import type { ReasonCode } from '../mapping/outcome.ts';
import { RECORD_ALIASES } from '../mapping/record.ts';
import { hashTagValue } from '../mapping/record-hash.ts';
import type { CallOptions, OneSignalClient } from '../onesignal/onesignal-contract.ts';
import { mayStillLand, type OneSignalOutcome } from '../onesignal/onesignal-outcome.ts';
import type { KnownUser } from '../store/store.ts';
import { unsure } from './may-hold.ts';
import { nothingHeld } from './nothing-held.ts';
import { ruleOfOutcome } from './retries/retry-table.ts';

/** What a user should hold, by our doing. No tags and no aliases: everything of ours is taken away. */
export interface DesiredUser {
  key: string;
  tags: Readonly<Record<string, string>>;
  aliases: Readonly<Record<string, string>>;
  /** Those of the aliases that stay with the user though no record of it yields them. */
  inherited: Readonly<Record<string, string>>;
  /** Delete the user with all it holds. */
  isToBeDeleted: boolean;
}

/** How carrying out a plan ended. */
export type ApplyEnd =
  | { kind: 'done' }
  /** A verdict: trying again can't help. */
  | {
      kind: 'failed';
      reason: ReasonCode;
      what: string | undefined;
      /** Aliases by label that another user holds, where that is why. */
      claimed?: Readonly<Record<string, string>> | undefined;
    }
  /** To be tried again; `outcome` says why it stopped. */
  | { kind: 'interrupted'; outcome: OneSignalOutcome };

export interface Applied {
  end: ApplyEnd;
  /** What the user holds now as far as we know; undefined when there is none. */
  user: KnownUser | undefined;
  /** Labels of further aliases that OneSignal did not take. */
  aliasesLeftOut?: readonly string[];
}

export interface ApplyOptions {
  client: OneSignalClient;
  now: () => number;
  /** Send the tags even if the user has them already: somebody asked for it. */
  isForced: boolean;
  /** Send everything once more, because a write whose answer was lost may have landed since. */
  isAssertion: boolean;
  /** What the user may hold beside, where a write that nobody saw the end of may have set it: for an assertion. */
  mayHold?: KnownUser | undefined;
  callOptions: CallOptions;
}

/** A PATCH may not find a user for this long after we made it: https://github.com/OneSignal/OneSignal-Android-SDK/pull/2059 */
export const REPLICATION_MS = 60_000;

/**
 * Brings one OneSignal user to what it should hold, in as few calls as that takes: one PATCH for a user that is known;
 * one POST for one that is not, and PATCHes after it only if the user was there before.
 */
export function applyPlan(desired: DesiredUser, known: KnownUser | undefined, options: ApplyOptions): Promise<Applied> {
  const work = new UserWork(desired, known, options);
  return carriedOut(work, () => work.bringTo());
}

/** Takes aliases away from a user, because another user is to have them before this one has its turn. */
export function releaseAliases(known: KnownUser, labels: readonly string[], options: ApplyOptions): Promise<Applied> {
  const work = new UserWork(
    { key: known.key, tags: {}, aliases: {}, inherited: known.inherited, isToBeDeleted: false },
    known,
    options,
  );
  return carriedOut(work, () => work.release(labels));
}

async function carriedOut(work: UserWork, steps: () => Promise<void>): Promise<Applied> {
  let end: ApplyEnd = DONE;
  try {
    await steps();
  } catch (stop) {
    end = await work.endFor(stop, steps);
  }
  return { end, user: work.result(end), aliasesLeftOut: work.aliasesLeftOut };
}

const DONE: ApplyEnd = { kind: 'done' };

/** Leaves the sequence of calls at the first one that did not do. */
class Stop extends Error {
  readonly end: ApplyEnd;
  constructor(end: ApplyEnd) {
    super('stopped');
    this.end = end;
  }
}

/** OneSignal no longer has the user. */
class Gone extends Error {
  readonly outcome: OneSignalOutcome;
  constructor(outcome: OneSignalOutcome) {
    super('gone');
    this.outcome = outcome;
  }
}

class UserWork {
  readonly #desired: DesiredUser;
  readonly #options: ApplyOptions;
  readonly #doubtBefore: number | null;
  /** When to assert once more, which outlives the user's row: a lost write may land on a user made anew. */
  #assertAt: number | null;
  #user: KnownUser | undefined;
  /** Labels that OneSignal did not take. */
  aliasesLeftOut: readonly string[] = [];
  /** Of a user that is not there: what a write may bring that nobody saw the end of. */
  #mayCome: KnownUser | undefined;

  constructor(desired: DesiredUser, known: KnownUser | undefined, options: ApplyOptions) {
    this.#desired = desired;
    this.#options = options;
    // Where nothing is to be made, a user that may be there is taken for there.
    const isToBeMade = known === undefined && Object.keys(desired.tags).length > 0;
    this.#user = isToBeMade ? undefined : perhaps(known, options.mayHold);
    this.#mayCome = isToBeMade ? options.mayHold : undefined;
    this.#doubtBefore = known?.assertAt ?? null;
    this.#assertAt = this.#doubtBefore;
  }

  /** What the user holds after the work. An assertion that was answered, be it with a refusal, has done its part. */
  result(end: ApplyEnd): KnownUser | undefined {
    const isOver = this.#options.isAssertion && end.kind !== 'interrupted' && this.#assertAt === this.#doubtBefore;
    const assertAt = isOver ? null : this.#assertAt;
    const user = this.#user ?? (assertAt === null ? undefined : (this.#mayCome ?? nothingHeld(this.#desired.key)));
    return user && { ...user, assertAt, inherited: this.#desired.inherited };
  }

  /** What it comes to that the steps were left. They are done once more where OneSignal no longer had the user. */
  async endFor(stop: unknown, steps: () => Promise<void>): Promise<ApplyEnd> {
    if (stop instanceof Stop) return stop.end;
    if (!(stop instanceof Gone)) throw stop;
    this.#lose();
    try {
      await steps();
      return DONE;
    } catch (again) {
      return this.endFor(again instanceof Gone ? this.#stopFor(again.outcome) : again, steps);
    }
  }

  async release(labels: readonly string[]): Promise<void> {
    for (const label of labels) await this.#deleteAlias(label);
  }

  async bringTo(): Promise<void> {
    if (this.#desired.isToBeDeleted) return this.#delete();
    if (this.#user === undefined) {
      if (Object.keys(this.#desired.tags).length === 0) return;
      if ((await this.#create()) === 'created') return;
    }
    // Here and not in a method that waits: most of what the relay does comes by, and each such method costs.
    for (const tags of this.#tagsToSend()) this.#tagsSent(tags, await this.#sendTags(tags));
    const { unwanted, missing } = this.#aliasesToSend();
    for (const label of unwanted) await this.#deleteAlias(label);
    if (missing.length > 0) await this.#patchAliases(Object.fromEntries(missing));
  }

  async #create(): Promise<'created' | 'existing'> {
    const { client, callOptions, now } = this.#options;
    const { key, tags, aliases } = this.#desired;
    const outcome = await client.createUser({ identity: { external_id: key, ...aliases }, tags }, key, callOptions);
    const isNew = outcome.kind === 'created';
    if (!isNew && outcome.kind !== 'existing') {
      if (mayStillLand(outcome))
        this.#user = { ...nothingHeld(key), tags: unsure(Object.keys(tags)), aliases: unsure(Object.keys(aliases)) };
      throw this.#stopFor(outcome);
    }
    // Whether a POST reaches the tags and aliases of a user that was there before is not documented: those are sent again.
    const held = isNew ? { tags: hashed(tags), aliases, createdAt: now() } : { tags: {}, aliases: {} };
    const { tags: heldTags, aliases: heldAliases, ...made } = held;
    this.#user = {
      ...nothingHeld(key),
      ...made,
      tags: { ...this.#mayCome?.tags, ...heldTags },
      aliases: { ...this.#mayCome?.aliases, ...heldAliases },
      onesignalId: outcome.oneSignalId ?? null,
    };
    return outcome.kind;
  }

  /** What the store takes for sent can't be relied on where an earlier write may have landed unseen, or may still land. */
  get #sendsAll(): boolean {
    return this.#options.isAssertion || this.#doubtBefore !== null;
  }

  /** A request each. */
  #tagsToSend(): Record<string, string>[] {
    const held = this.#user?.tags ?? {};
    const { tags } = this.#desired;
    const sendsAll = this.#options.isForced || this.#sendsAll;
    const set: Record<string, string> = {};
    for (const [key, value] of Object.entries(tags))
      if (sendsAll || held[key] !== hashTagValue(value)) set[key] = value;
    const gone = keysNotIn(held, tags);
    if (gone.length === 0) return Object.keys(set).length === 0 ? [] : [set];
    const removed = Object.fromEntries(gone.map((key) => [key, '']));
    // At the plan's cap a request that adds is refused even if it also removes: removal goes first, on its own.
    const goesFirst = Object.keys(set).some((key) => !Object.hasOwn(held, key));
    return goesFirst ? [removed, set] : [{ ...removed, ...set }];
  }

  /** A forced sync sends them all: of a user that is not there, no answer but that to the identity tells for sure. */
  #aliasesToSend(): { unwanted: string[]; missing: [label: string, id: string][] } {
    const held = this.#user?.aliases ?? {};
    const { aliases } = this.#desired;
    const sendsAll = this.#options.isForced || this.#sendsAll;
    const missing = Object.entries(aliases).filter(([label, id]) => sendsAll || held[label] !== id);
    return { unwanted: keysNotIn(held, aliases), missing };
  }

  #sendTags(tags: Readonly<Record<string, string>>): Promise<OneSignalOutcome> {
    const { client, callOptions } = this.#options;
    return client.updateTags(this.#alias(), tags, this.#desired.key, callOptions);
  }

  #tagsSent(tags: Readonly<Record<string, string>>, outcome: OneSignalOutcome): void {
    if (this.#user === undefined) return;
    if (outcome.kind === 'not_found') throw this.#notFound(outcome);
    if (mayStillLand(outcome))
      this.#user = { ...this.#user, tags: { ...this.#user.tags, ...unsure(Object.keys(tags)) } };
    if (outcome.kind !== 'accepted') throw this.#stopFor(outcome);
    const held = { ...this.#user.tags };
    for (const [key, value] of Object.entries(tags)) {
      if (value === '') delete held[key];
      else held[key] = hashTagValue(value);
    }
    this.#user = { ...this.#user, tags: held };
  }

  async #patchAliases(aliases: Readonly<Record<string, string>>): Promise<void> {
    if (this.#user === undefined || Object.keys(aliases).length === 0) return;
    const { client, callOptions } = this.#options;
    const outcome = await client.updateIdentity(this.#alias(), aliases, this.#desired.key, callOptions);
    if (outcome.kind === 'not_found') throw this.#notFound(outcome);
    if (outcome.kind === 'invalid' && this.aliasesLeftOut.length === 0) {
      // One that OneSignal does not take, at its cap on aliases say, must not cost the record these.
      const further = Object.keys(aliases).filter((label) => !RECORD_ALIASES.includes(label));
      this.aliasesLeftOut = further;
      if (further.length > 0) return this.#patchAliases(without(aliases, further));
    }
    if (mayStillLand(outcome))
      this.#user = { ...this.#user, aliases: { ...this.#user.aliases, ...unsure(Object.keys(aliases)) } };
    if (outcome.kind !== 'accepted') throw this.#stopFor(outcome);
    const onesignalId = outcome.oneSignalId ?? this.#user.onesignalId;
    this.#user = { ...this.#user, onesignalId, aliases: { ...this.#user.aliases, ...aliases } };
  }

  async #deleteAlias(label: string): Promise<void> {
    if (this.#user === undefined) return;
    const { client, callOptions } = this.#options;
    const outcome = await client.deleteAlias(this.#alias(), label, this.#desired.key, callOptions);
    if (this.#isPerhapsThere(outcome)) throw this.#stopFor(outcome);
    // "Not on that user" is what we want: https://github.com/OneSignal/OneSignal-Unity-SDK/issues/737
    const isGone = outcome.kind === 'accepted' || outcome.kind === 'not_found' || outcome.kind === 'conflict_other';
    if (!isGone) throw this.#stopFor(outcome);
    const { [label]: _, ...aliases } = this.#user.aliases;
    this.#user = { ...this.#user, aliases };
  }

  async #delete(): Promise<void> {
    if (this.#user === undefined) return;
    const { client, callOptions } = this.#options;
    const outcome = await client.deleteUser(this.#alias(), this.#desired.key, callOptions);
    const isGone = outcome.kind === 'accepted' || outcome.kind === 'not_found';
    if (!isGone || this.#isPerhapsThere(outcome)) throw this.#stopFor(outcome);
    this.#lose();
  }

  /** The user is not there. A create that nobody saw the end of may yet make it anew. */
  #lose(): void {
    const { tags = {}, aliases = {} } = this.#user ?? {};
    if (this.#assertAt !== null)
      this.#mayCome = {
        ...nothingHeld(this.#desired.key),
        tags: unsure(Object.keys(tags)),
        aliases: unsure(Object.keys(aliases)),
      };
    this.#user = undefined;
  }

  /** The user is gone, unless we made it so recently that OneSignal may not see it everywhere yet. */
  #notFound(outcome: OneSignalOutcome): Gone | Stop {
    return this.#isFresh() ? this.#stopFor(outcome) : new Gone(outcome);
  }

  #isFresh(): boolean {
    const createdAt = this.#user?.createdAt ?? null;
    return createdAt !== null && this.#options.now() - createdAt < REPLICATION_MS;
  }

  /**
   * A deletion that finds nothing so soon after our own create. Not where a 409 says that the user does not have the
   * alias, nor after a write that nobody saw the end of, of this process or of one that died: it may have deleted it.
   */
  #isPerhapsThere(outcome: OneSignalOutcome): boolean {
    return outcome.kind === 'not_found' && outcome.status !== 409 && !this.#sendsAll && this.#isFresh();
  }

  #alias() {
    return { label: 'external_id', id: this.#desired.key };
  }

  #stopFor(outcome: OneSignalOutcome): Stop {
    if (mayStillLand(outcome)) this.#assertAt = this.#options.now() + DOUBT_MS;
    return new Stop(endOf(outcome, this.#desired));
  }
}

function perhaps(known: KnownUser | undefined, mayHold: KnownUser | undefined): KnownUser | undefined {
  if (known === undefined || mayHold === undefined) return known ?? mayHold;
  const [tags, aliases] = [
    { ...mayHold.tags, ...known.tags },
    { ...mayHold.aliases, ...known.aliases },
  ];
  return { ...known, tags, aliases };
}

/** Which answers are verdicts, the table of retries says. Everything else is tried again. */
function endOf(outcome: OneSignalOutcome, { aliases }: DesiredUser): ApplyEnd {
  const rule = ruleOfOutcome(outcome);
  if (rule.follows !== 'verdict') return { kind: 'interrupted', outcome };
  if (outcome.kind !== 'alias_claimed') return { kind: 'failed', reason: rule.reason, what: particularsOf(outcome) };
  // What else stands in the answer was not asked for, and may be anything.
  const asked = Object.entries(outcome.conflictingAliases).filter(
    ([label]) => label === 'external_id' || Object.hasOwn(aliases, label),
  );
  const labels = asked.map(([label]) => label).join(', ');
  const what = labels === '' ? undefined : `Another OneSignal user holds the alias ${labels} of this record.`;
  return { kind: 'failed', reason: rule.reason, what, claimed: Object.fromEntries(asked) };
}

/** What can be said beyond the general meaning of the reason: labels and codes, never a value. */
function particularsOf(outcome: OneSignalOutcome): string | undefined {
  switch (outcome.kind) {
    case 'invalid':
    case 'conflict_other':
      return `OneSignal refused the request: ${[`HTTP ${outcome.status}`, ...outcome.codes].join(' ')}.`;
    default:
      return undefined;
  }
}

function without(aliases: Readonly<Record<string, string>>, labels: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(aliases).filter(([label]) => !labels.includes(label)));
}

function keysNotIn(held: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): string[] {
  return Object.keys(held).filter((key) => !Object.hasOwn(wanted, key));
}

function hashed(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, hashTagValue(value)]));
}
