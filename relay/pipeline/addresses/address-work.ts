import { DOUBT_MS } from '../../config/onesignal-limits.ts';
import { ADDRESS_WORD, type AddressType } from '../../mapping/address-type.ts';
import type { AddressPlan, PlannedAddress } from '../../mapping/addresses.ts';
import { hashAddress } from '../../mapping/record-hash.ts';
import {
  type Address,
  mayStillLand,
  type OneSignalOutcome,
  type OneSignalSubscription,
} from '../../onesignal/onesignal-outcome.ts';
import type { StoredAddress } from '../../store/store.ts';
import type { ApplyOptions } from '../apply-plan.ts';
import { ruleOfOutcome } from '../retries/retry-table.ts';
import type { AddressBook, ClaimedAddress } from './address-book.ts';
import { Interrupted, type Interruption, interruptible, notBefore } from './interruption.ts';
import { externalId, isAddress, SubscriptionViews } from './subscription-views.ts';

/** A create may wait for its turn before it is sent, and a process may die in it. */
const MAKING_MS = 3 * DOUBT_MS;
/** OneSignal throws the oldest of a user's subscriptions out for the 21st: https://documentation.onesignal.com/docs/en/subscriptions */
const MOST_SUBSCRIPTIONS = 20;
/** "Disabled through the REST API": https://documentation.onesignal.com/docs/en/subscriptions */
const OFF_BY_API = -31;

/** What the addresses of one user came to. */
export interface AddressNews {
  /** Addresses that another user has; `recordId` is whose, null where no record stands for it. */
  shared: readonly { type: AddressType; recordId: string | null }[];
  /** Addresses that OneSignal did not take. */
  leftOut: readonly string[];
  /** Addresses that stay switched off there, though the record agrees. */
  stayOff: readonly AddressType[];
}

interface Place {
  /** External id of the user. */
  at: string;
  found: OneSignalSubscription;
}

/**
 * Brings the addresses of one user to what its records say. An address that another user has is never taken, and one
 * that was switched off in OneSignal is never switched on: a create would do both without a word
 * (https://documentation.onesignal.com/reference/create-subscription), so it is asked for first.
 */
export class AddressWork {
  readonly #key: string;
  readonly #plan: AddressPlan;
  readonly #book: AddressBook;
  readonly #options: ApplyOptions;
  readonly #shared: { type: AddressType; recordId: string | null }[] = [];
  readonly #leftOut: string[] = [];
  readonly #stayOff: AddressType[] = [];
  readonly #views: SubscriptionViews;

  constructor(key: string, plan: AddressPlan, book: AddressBook, options: ApplyOptions) {
    this.#key = key;
    this.#plan = plan;
    this.#book = book;
    this.#options = options;
    this.#views = new SubscriptionViews(key, options);
  }

  get news(): AddressNews {
    return { shared: this.#shared, leftOut: this.#leftOut, stayOff: this.#stayOff };
  }

  /** What people wait for least patiently: goes before everything else of the user. */
  switchOff(): Promise<Interruption> {
    return interruptible(async () => {
      for (const address of this.#plan.addresses) {
        if (this.#isOut(address)) await this.#switchOff(address);
      }
      for (const row of this.#further()) {
        if ((this.#plan.consents[row.type] === false || row.isOptedOutElsewhere) && row.heldBy !== null)
          await this.#switchOffUnnamed(row);
      }
    });
  }

  /** After the user is there. */
  settle(): Promise<Interruption> {
    return interruptible(async () => {
      for (const [address, row] of await this.#claimed()) {
        if (!this.#isOut(address)) await this.#settle(address, row);
        else await this.#moveHere(row);
      }
      for (const row of this.#further()) {
        if (row.isInherited) await this.#moveHere(row);
        else await this.#remove(row);
      }
    });
  }

  /** Of a user that gets nothing now: an address that OneSignal, or its record, does not have is not kept from others. */
  letGo(): Promise<Interruption> {
    return interruptible(async () => {
      for (const row of this.#further()) if (!row.isInherited) await this.#remove(row);
      for (const row of this.#book.of(this.#key)) {
        if (row.heldBy !== null || this.#plan.consents[row.type] !== true) continue;
        const seen = row.making === null ? undefined : await this.#views.at(row.making.userKey, row, true);
        if (seen === undefined) this.#giveUp(row);
        else this.#book.set({ ...row, heldBy: row.making?.userKey ?? null, making: null, isOn: seen.enabled });
      }
    });
  }

  /** Nobody whose address it is too may have opted out, on whatever record. */
  #isOut(address: PlannedAddress): boolean {
    const isOptedOut = this.#plan.consents[address.type] === false;
    return isOptedOut || this.#book.get(this.#key, address)?.isOptedOutElsewhere === true;
  }

  #asClaim(address: PlannedAddress): ClaimedAddress {
    return { ...address, isOptedOut: this.#plan.consents[address.type] === false };
  }

  /** Addresses of the user that no record of it yields. */
  #further(): StoredAddress[] {
    const planned = new Set(this.#plan.addresses.map(({ type, token }) => `${type} ${hashAddress(type, token)}`));
    return this.#book
      .of(this.#key)
      .filter(({ type, hash }) => this.#plan.consents[type] !== undefined && !planned.has(`${type} ${hash}`));
  }

  /** Where another user has the address, the claim makes that one's record due, which then switches it off. */
  async #switchOff(address: PlannedAddress): Promise<void> {
    const row = this.#known(address) ?? (await this.#book.claim(this.#key, this.#asClaim(address)));
    if (row.userKey !== this.#key || (row.isOn === false && !this.#options.isAssertion)) return;
    const wasOn = row.isOn === false ? undefined : await this.#isSeenOn(row);
    if (wasOn !== false) await this.#told(address, false, row);
    const isOffByUs = row.isOn === false ? row.isOffByUs : wasOn === true;
    this.#book.set({ ...row, isOn: false, isOffByUs });
  }

  /** Whether OneSignal has it switched on. Only where that can be asked at once: an opt-out does not wait for it. */
  async #isSeenOn({ heldBy, hash }: StoredAddress): Promise<boolean | undefined> {
    if (heldBy === null) return undefined;
    const { client, callOptions } = this.#options;
    const view = await client.viewUser(externalId(heldBy), { ...callOptions, onlyIfFree: true });
    if (view.kind !== 'viewed') return undefined;
    return view.user.subscriptions.find((one) => isAddress(one, hash))?.enabled;
  }

  /** Of an address that came with a merged record only the fingerprint is known: OneSignal tells it. */
  async #switchOffUnnamed(row: StoredAddress): Promise<void> {
    if (row.isOn === false && !this.#options.isAssertion) return;
    const seen = await this.#views.at(row.heldBy ?? this.#key, row);
    if (seen?.enabled === true) await this.#told({ type: row.type, token: seen.token }, false, row);
    this.#book.set({ ...row, isOn: false, isOffByUs: row.isOn === false ? row.isOffByUs : seen?.enabled === true });
  }

  /** The planned addresses that the user is to have. All are claimed at once: of two records with both in common one gets both. */
  async #claimed(): Promise<[PlannedAddress, StoredAddress][]> {
    const unclaimed = this.#plan.addresses.filter((address) => this.#known(address) === undefined);
    const claims = unclaimed.map((address) => this.#asClaim(address));
    const claimed = await this.#book.claimAll(this.#key, claims);
    return this.#plan.addresses.flatMap((address): [PlannedAddress, StoredAddress][] => {
      const row = this.#known(address);
      if (row !== undefined) return [[address, row]];
      const holder = claimed[unclaimed.indexOf(address)];
      this.#shared.push({ type: address.type, recordId: holder?.recordId ?? null });
      return [];
    });
  }

  #known(address: PlannedAddress): StoredAddress | undefined {
    const row = this.#book.get(this.#key, address);
    return row?.recordId === address.recordId && !row.isInherited ? row : undefined;
  }

  async #settle(address: PlannedAddress, claimed: StoredAddress): Promise<void> {
    const row = await this.#moveHere(claimed);
    // Who has it there is asked once, and again when somebody asks for a resync: it costs a view.
    if (row.origin === 'foreign' && !this.#options.isForced) this.#shared.push({ type: row.type, recordId: null });
    else if (row.heldBy === null) await this.#create(address, row);
    else if (row.heldBy === this.#key && row.isOn === false) await this.#switchOn(address, row);
  }

  async #create(address: PlannedAddress, row: StoredAddress): Promise<void> {
    const { client, callOptions } = this.#options;
    const asked = await client.updateSubscription(address, undefined, this.#key, callOptions);
    if (asked.kind === 'accepted') return this.#adopt(address, row);
    if (asked.kind !== 'not_found') return this.#refused(address, asked);
    const until = this.#options.now() + MAKING_MS;
    const claimed = await this.#book.claim(this.#key, this.#asClaim(address), until);
    const notMade = { ...claimed, origin: row.origin, making: row.making };
    if (claimed.isOptedOutElsewhere) return void this.#book.set(notMade);
    const made = await client.createSubscription(externalId(this.#key), address, this.#key, callOptions);
    if (made.kind === 'created' || made.kind === 'existing') {
      this.#views.forget(this.#key);
      this.#book.set({ ...claimed, heldBy: this.#key, making: null, isOn: true, isOffByUs: false });
    } else {
      const making = { userKey: this.#key, until: this.#options.now() + DOUBT_MS };
      this.#book.set(mayStillLand(made) ? { ...claimed, making } : notMade);
      this.#refused(address, made);
    }
  }

  /** OneSignal has the address: by a create of ours whose answer was lost, by the app, or on another user. */
  async #adopt({ type }: PlannedAddress, row: StoredAddress): Promise<void> {
    const seen = await this.#views.at(this.#key, row);
    if (seen === undefined) {
      this.#book.set({ ...row, origin: 'foreign' });
      this.#shared.push({ type, recordId: null });
      return;
    }
    const origin = row.origin === 'ours' ? 'ours' : 'theirs';
    this.#book.set({ ...row, heldBy: this.#key, origin, making: null, isOn: seen.enabled, isOffByUs: false });
    if (!seen.enabled) this.#stayOff.push(type);
  }

  async #switchOn(address: PlannedAddress, row: StoredAddress): Promise<void> {
    const seen = row.isOffByUs ? await this.#views.at(this.#key, row) : undefined;
    if (seen?.enabled !== true && seen?.notificationTypes !== OFF_BY_API) {
      this.#book.set({ ...row, isOffByUs: false });
      this.#stayOff.push(address.type);
      return;
    }
    if (!seen.enabled) await this.#told(address, true, row);
    this.#book.set({ ...row, isOn: true, isOffByUs: false });
  }

  /** Tags do not come along, and need not: https://documentation.onesignal.com/docs/en/users */
  async #moveHere(row: StoredAddress): Promise<StoredAddress> {
    const places = [row.heldBy, row.making?.userKey].filter((place) => typeof place === 'string');
    if (places.every((place) => place === this.#key)) return row;
    const own = await this.#views.of(this.#key);
    const isHere = own.some((one) => isAddress(one, row.hash));
    if (isHere) return this.#book.set({ ...row, heldBy: this.#key, making: null });
    const moving = await this.#foundAt(places, row);
    if (moving === undefined)
      return this.#book.set({ ...row, heldBy: null, origin: 'unknown', making: null, isOn: null });
    if (own.length >= MOST_SUBSCRIPTIONS) {
      this.#leftOut.push(`${ADDRESS_WORD[row.type]} (the user has ${own.length} subscriptions)`);
      return row;
    }
    return this.#transfer({ ...row, heldBy: moving.at }, moving.found);
  }

  /** Taken over before a call of ours for another user lands, it would go there again. */
  async #foundAt(places: readonly string[], row: StoredAddress): Promise<Place | undefined> {
    const target = row.making?.userKey ?? this.#key;
    for (const at of [target, ...places].filter((place) => place !== this.#key)) {
      const found = await this.#views.at(at, row);
      if (found !== undefined) return { at, found };
      const waitMs = at === target ? this.#mayLandFor(row) : 0;
      if (waitMs > 0) throw new Interrupted(notBefore(waitMs));
    }
    return undefined;
  }

  async #transfer(row: StoredAddress & { heldBy: string }, moving: OneSignalSubscription): Promise<StoredAddress> {
    const { client, callOptions, now } = this.#options;
    await this.#book.announce(row, row.heldBy, now() + MAKING_MS);
    const moved = await client.transferSubscription(moving, this.#key, callOptions);
    if (moved.kind === 'accepted') {
      this.#views.forget(this.#key);
      return this.#book.set({ ...row, heldBy: this.#key, making: null, isOn: row.isOn ?? moving.enabled });
    }
    if (mayStillLand(moved)) this.#book.set({ ...row, making: { userKey: this.#key, until: now() + DOUBT_MS } });
    throw new Interrupted(moved);
  }

  #mayLandFor({ making }: StoredAddress): number {
    return Math.max(0, (making?.until ?? 0) - this.#options.now());
  }

  /** The record has another address now, or none: the old one goes if it came from us. */
  async #remove(row: StoredAddress): Promise<void> {
    const { heldBy } = row;
    if (row.origin === 'ours') {
      const holder = heldBy ?? row.making?.userKey ?? this.#key;
      const seen = await this.#views.at(holder, row);
      if (seen !== undefined) {
        const deleted = await this.#options.client.deleteSubscription(seen, holder, this.#options.callOptions);
        if (deleted.kind !== 'accepted' && deleted.kind !== 'not_found') throw new Interrupted(deleted);
        this.#views.forget(holder);
      }
    }
    this.#giveUp(row);
  }

  /** Whoever takes it next must know where it may yet turn up. */
  #giveUp(row: StoredAddress): void {
    if (this.#mayLandFor(row) > 0) this.#book.set({ ...row, recordId: null });
    else this.#book.free(row);
  }

  async #told(address: Address, isOn: boolean, { heldBy }: StoredAddress): Promise<void> {
    const { client, callOptions } = this.#options;
    const outcome = await client.updateSubscription(address, isOn, heldBy ?? this.#key, callOptions);
    if (outcome.kind === 'accepted' || outcome.kind === 'not_found') return;
    this.#refused(address, outcome);
  }

  /** What OneSignal says of the address itself is no reason to hold up the record. */
  #refused({ type }: Pick<Address, 'type'>, outcome: OneSignalOutcome): void {
    if (ruleOfOutcome(outcome).follows !== 'verdict') throw new Interrupted(outcome);
    this.#leftOut.push(
      `${ADDRESS_WORD[type]} (OneSignal refused it${'status' in outcome ? `: HTTP ${outcome.status}` : ''})`,
    );
  }
}
