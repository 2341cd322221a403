import { ADDRESS_TYPES, type AddressType } from '../../mapping/address-type.ts';
import { isSwitchedOn, type PlannedAddress } from '../../mapping/addresses.ts';
import { hashAddress } from '../../mapping/record-hash.ts';
import type { Settings } from '../../mapping/settings.ts';
import type {
  AddressChange,
  AddressClaim,
  AddressName,
  AddressWaits,
  StoredAddress,
  UsersAndRecords,
} from '../../store/store.ts';
import type { Unit, UserToSync } from '../units.ts';

/** The part of the store that a unit asks while it is under way. */
export interface AddressStore {
  addressesOf(of: UsersAndRecords): Promise<StoredAddress[]>;
  claimAddresses(claims: readonly AddressClaim[]): Promise<StoredAddress[]>;
}

/** An address that a user is to have, and whether its person opts out. */
export interface ClaimedAddress extends PlannedAddress {
  isOptedOut: boolean;
}

interface Entry {
  /** The user that has it in the store. */
  userBefore: string;
  before: StoredAddress;
  /** Undefined once it is given free. */
  now: StoredAddress | undefined;
}

/** The addresses of a unit's users: as the store knows them, and as the work leaves them. */
export class AddressBook {
  readonly #store: AddressStore;
  readonly #entries = new Map<string, Entry>();

  private constructor(store: AddressStore) {
    this.#store = store;
  }

  /**
   * Of types that are switched off nothing is read, so that nothing of them changes.
   * @returns undefined where the settings send none
   */
  static open(unit: Unit, settings: Settings, store: AddressStore): Promise<AddressBook> | undefined {
    const types = ADDRESS_TYPES.filter((type) => isSwitchedOn(type, settings));
    return types.length === 0 ? undefined : new AddressBook(store).#read(unit, types);
  }

  async #read(unit: Unit, types: readonly AddressType[]): Promise<AddressBook> {
    // Work that was cut off may have left their addresses with users of which they were no records yet.
    const asked = { userKeys: unit.users.map(({ key }) => key), recordIds: unit.recordIds };
    for (const row of await this.#store.addressesOf(asked)) {
      if (!types.includes(row.type)) continue;
      this.#entries.set(nameOf(row), { userBefore: row.userKey, before: row, now: handedOn(row, unit) });
    }
    return this;
  }

  of(userKey: string): StoredAddress[] {
    const all = [...this.#entries.values()].flatMap(({ now }) => now ?? []);
    return all.filter((row) => row.userKey === userKey);
  }

  /** The address if this user is to have it. */
  get(userKey: string, { type, token }: PlannedAddress): StoredAddress | undefined {
    const row = this.#entries.get(nameOf({ type, hash: hashAddress(type, token) }))?.now;
    return row?.userKey === userKey ? row : undefined;
  }

  /** Claims an address for a user. @returns it, or as it is with the user that has it */
  async claim(userKey: string, address: ClaimedAddress, makingUntil: number | null = null): Promise<StoredAddress> {
    const [row] = await this.claimAll(userKey, [address], makingUntil);
    if (row === undefined) throw new Error('a claim came to nothing');
    return row;
  }

  /** Notes that an address comes to its user next from another, before it is asked for. */
  async announce(row: StoredAddress, heldBy: string, makingUntil: number): Promise<void> {
    const { type, hash, userKey, recordId } = row;
    const userBefore = this.#entries.get(nameOf(row))?.userBefore;
    if (recordId === null) return;
    const claim = { type, hash, userKey, recordId, userBefore, heldBy, makingUntil, isOptedOut: false };
    for (const stored of await this.#store.claimAddresses([claim]))
      if (stored.userKey === userKey) this.#entries.set(nameOf(row), { userBefore: userKey, before: stored, now: row });
  }

  /** The same for several in one transaction, in their order. */
  async claimAll(
    userKey: string,
    addresses: readonly ClaimedAddress[],
    makingUntil: number | null = null,
  ): Promise<StoredAddress[]> {
    if (addresses.length === 0) return [];
    const claims = addresses.map(({ type, token, recordId, isOptedOut }): AddressClaim => {
      const name = { type, hash: hashAddress(type, token) };
      const entry = this.#entries.get(nameOf(name));
      const userBefore = entry?.now?.userKey === userKey ? entry.userBefore : undefined;
      return { ...name, userKey, recordId, userBefore, makingUntil, isOptedOut };
    });
    const stored = await this.#store.claimAddresses(claims);
    return stored.map((row) => (row.userKey === userKey ? this.#taken(row) : row));
  }

  #taken(stored: StoredAddress): StoredAddress {
    const { userKey, recordId, origin, making, isOptedOutElsewhere } = stored;
    const before = this.#entries.get(nameOf(stored))?.now ?? stored;
    const now = { ...before, userKey, recordId, origin, making, isOptedOutElsewhere, isInherited: false };
    this.#entries.set(nameOf(stored), { userBefore: userKey, before: stored, now });
    return now;
  }

  set(row: StoredAddress): StoredAddress {
    const entry = this.#entries.get(nameOf(row));
    if (entry !== undefined) entry.now = row;
    return row;
  }

  free(row: StoredAddress): void {
    const entry = this.#entries.get(nameOf(row));
    if (entry !== undefined) entry.now = undefined;
  }

  /**
   * What the records of a unit still wait for.
   * @param planned the addresses that each user's record yields
   */
  waits(unit: Unit, planned: ReadonlyMap<string, readonly PlannedAddress[]>): AddressWaits[] {
    const names = new Map<string, AddressName[]>();
    for (const { recordId, type, token } of [...planned.values()].flat())
      names.set(recordId, [...(names.get(recordId) ?? []), { type, hash: hashAddress(type, token) }]);
    const seen = unit.users.flatMap(({ members }) => members.map(({ snapshot }) => snapshot.id));
    const gone = unit.absent.filter(({ absence }) => absence !== 'not_visible').map(({ record }) => record.recordId);
    const refused = unit.refused.map(({ snapshot }) => snapshot.id);
    return [...seen, ...gone, ...refused].map((recordId) => ({ recordId, names: names.get(recordId) ?? [] }));
  }

  /** OneSignal no longer has the user, nor any address of it. */
  forget(userKey: string): void {
    for (const row of this.of(userKey)) this.free(row);
  }

  changes(): AddressChange[] {
    return [...this.#entries.values()]
      .filter(({ before, now }) => JSON.stringify(before) !== JSON.stringify(now))
      .map(({ userBefore, before: { type, hash }, now: address }) => ({ name: { type, hash }, userBefore, address }));
  }
}

function nameOf({ type, hash }: Pick<StoredAddress, 'type' | 'hash'>): string {
  return `${type} ${hash}`;
}

/**
 * Where an address is to be, by what became of its record: with the user that the record stands for now, with the one
 * that it was merged or converted into, or with whoever wants it next. The app's own addresses stay with their user.
 */
function handedOn(row: StoredAddress, unit: Unit): StoredAddress | undefined {
  const { recordId, userKey } = row;
  if (recordId === null) return row;
  const heir = heirOf(recordId, userKey, unit);
  const owner = heir ?? unit.users.find(({ members }) => members.some(({ snapshot }) => snapshot.id === recordId));
  if (owner !== undefined && owner.members.length > 0) {
    if (owner.key !== userKey && row.origin !== 'ours') return undefined;
    const [member] = owner.members;
    const isInherited = row.isInherited || heir !== undefined;
    return {
      ...row,
      userKey: owner.key,
      recordId: heir === undefined ? recordId : (member?.snapshot.id ?? null),
      isInherited,
    };
  }
  const isGone = unit.absent.some(({ record, absence }) => record.recordId === recordId && absence === 'deleted');
  const isRefused = unit.refused.some(({ snapshot }) => snapshot.id === recordId);
  return isGone || isRefused ? { ...row, recordId: null } : row;
}

/** The user that a merged record, or a won lead of another user, went to. */
function heirOf(recordId: string, userKey: string, { users, absent }: Unit): UserToSync | undefined {
  const handed = users.flatMap(({ handedOver }) => handedOver).find((one) => one.recordId === recordId);
  const isMerged = absent.some(({ record, absence }) => record.recordId === recordId && absence === 'merged');
  const to = handed?.to ?? (isMerged ? userKey : undefined);
  return users.find(({ key }) => key === to);
}
