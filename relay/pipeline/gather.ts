import { type Identification, identify, isPersonAccount } from '../mapping/person.ts';
import type { ObjectName, Snapshot, StageHint } from '../mapping/record.ts';
import type { Settings } from '../mapping/settings.ts';
import type { RecordReader } from '../salesforce/record-reader.ts';
import type { LeasedRecord, Store } from '../store/store.ts';

/** What is known of a record before it is read. */
export interface RecordToRead {
  recordId: string;
  object: ObjectName;
  hint: StageHint | undefined;
  hasDeletionEvidence: boolean;
  /** The user it stood for until now. */
  userKey: string | null;
}

/** Absent is not deleted: `deleted` takes the recycle bin or an event as evidence, `merged` the recycle bin. */
export type Absence = 'deleted' | 'merged' | 'not_visible';

/** Some due records, and every record that has a say in the users they stand for. */
export interface Gathered {
  records: ReadonlyMap<string, RecordToRead>;
  snapshots: ReadonlyMap<string, Snapshot>;
  absences: ReadonlyMap<string, Absence>;
  /** The record that each merged one went into. */
  masters: ReadonlyMap<string, string>;
  identities: ReadonlyMap<string, Identification>;
}

export interface GatherOptions {
  store: Pick<Store, 'linkedRecords' | 'users'>;
  reader: RecordReader;
  settings: Settings;
  /** Users that have to be looked at together with these. */
  tiedTo(keys: readonly string[]): string[];
}

/**
 * Reads the due records and follows what ties records to one user until nothing new turns up: conversion, links in the
 * store, and for users that the store does not know yet, the same external id in Salesforce.
 */
export async function gather(
  due: readonly LeasedRecord[] | readonly RecordToRead[],
  options: GatherOptions,
): Promise<Gathered> {
  const search = new PersonSearch(options);
  for (const record of due) search.add(record);
  while (search.isGrowing()) {
    await search.readRecords();
    await search.followConversions();
    await search.followUsers();
  }
  return search.result();
}

class PersonSearch {
  readonly #options: GatherOptions;
  readonly #records = new Map<string, RecordToRead>();
  readonly #unread = new Set<string>();
  readonly #snapshots = new Map<string, Snapshot>();
  readonly #absences = new Map<string, Absence>();
  readonly #masters = new Map<string, string>();
  readonly #contactsAsked = new Set<string>();
  readonly #usersAsked = new Set<string>();
  /** Not asked after in the store yet. */
  readonly #broughtAlong = new Set<string>();
  #isGrowing = false;
  /** As of the snapshots and the merges that are known by now. */
  #identified: Map<string, Identification> | undefined;

  constructor(options: GatherOptions) {
    this.#options = options;
  }

  add(record: RecordToRead): void {
    if (this.#records.has(record.recordId)) return;
    const { recordId, object, hint, hasDeletionEvidence, userKey } = record;
    this.#records.set(recordId, { recordId, object, hint, hasDeletionEvidence, userKey });
    this.#unread.add(recordId);
    this.#isGrowing = true;
  }

  /** What the store says of a record is news also where another record brought it along already. */
  #addLinked(linked: RecordToRead): void {
    const known = this.#records.get(linked.recordId);
    if (known === undefined) this.add(linked);
    if (known?.userKey !== null) return;
    const { userKey, hint, hasDeletionEvidence } = linked;
    this.#records.set(linked.recordId, { ...known, userKey, hint: known.hint ?? hint, hasDeletionEvidence });
    this.#isGrowing = true;
  }

  isGrowing(): boolean {
    return this.#isGrowing;
  }

  async readRecords(): Promise<void> {
    this.#isGrowing = false;
    for (const object of ['Lead', 'Contact'] as const) {
      const ids = [...this.#unread].filter((id) => this.#records.get(id)?.object === object);
      if (ids.length === 0) continue;
      for (const snapshot of await this.#options.reader.byId(object, ids)) this.#see(snapshot);
      await this.#explainAbsences(
        object,
        ids.filter((id) => !this.#snapshots.has(id)),
      );
      for (const id of ids) this.#unread.delete(id);
    }
  }

  async #explainAbsences(object: ObjectName, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const inRecycleBin = await this.#options.reader.inRecycleBin(object, ids);
    for (const id of ids) {
      const master = inRecycleBin.get(id);
      const isDeleted = inRecycleBin.has(id) || this.#records.get(id)?.hasDeletionEvidence === true;
      this.#absences.set(id, typeof master === 'string' ? 'merged' : isDeleted ? 'deleted' : 'not_visible');
      if (typeof master !== 'string') continue;
      this.#masters.set(id, master);
      this.#identified = undefined;
      this.#addById(master, object);
    }
  }

  /** A converted lead brings its contact; a contact that no user is known for brings the leads it came from. */
  async followConversions(): Promise<void> {
    const contacts: string[] = [];
    for (const snapshot of this.#snapshots.values()) {
      if (snapshot.convertedContactId !== null) this.#addById(snapshot.convertedContactId, 'Contact');
      const isUnlinked = this.#records.get(snapshot.id)?.userKey === null;
      if (snapshot.object === 'Contact' && isUnlinked && !this.#contactsAsked.has(snapshot.id))
        contacts.push(snapshot.id);
    }
    for (const id of contacts) this.#contactsAsked.add(id);
    if (contacts.length > 0) this.#adopt(await this.#options.reader.leadsConvertedInto(contacts));
  }

  /** Records that stand for the same user, now or until now. */
  async followUsers(): Promise<void> {
    const keys = new Set<string>();
    // Records that another one brought along may have stood for any user until now.
    const recordIds = [...this.#broughtAlong];
    this.#broughtAlong.clear();
    for (const { userKey } of this.#records.values()) if (userKey !== null) keys.add(userKey);
    for (const identity of this.#identities().values()) if ('externalId' in identity) keys.add(identity.externalId);
    for (const key of this.#options.tiedTo([...keys])) keys.add(key);
    const userKeys = [...keys].filter((key) => !this.#usersAsked.has(key));
    if (userKeys.length + recordIds.length === 0) return;
    for (const key of userKeys) this.#usersAsked.add(key);
    for (const linked of await this.#options.store.linkedRecords({ userKeys, recordIds })) this.#addLinked(linked);
    await this.#findSiblings(userKeys);
  }

  /** Once a user is known, a record that joins it has an event of its own. */
  async #findSiblings(keys: readonly string[]): Promise<void> {
    const ofRecords = new Set([...this.#snapshots.values()].map(({ externalId }) => externalId));
    const explicit = keys.filter((key) => ofRecords.has(key));
    if (explicit.length === 0) return;
    const known = await this.#options.store.users(explicit);
    const unknown = explicit.filter((key) => !known.has(key));
    if (unknown.length === 0) return;
    for (const object of ['Lead', 'Contact'] as const) {
      const siblings = await this.#options.reader.byExternalId(object, unknown);
      // SOQL compares text without case; OneSignal may not: only the very same id is the same user.
      this.#adopt(siblings.filter(({ externalId }) => externalId !== null && unknown.includes(externalId)));
    }
  }

  #addById(recordId: string, object: ObjectName): void {
    if (!this.#records.has(recordId)) this.#broughtAlong.add(recordId);
    this.add({ recordId, object, hint: undefined, hasDeletionEvidence: false, userKey: null });
  }

  /** Records that a query brought along: read already. */
  #adopt(snapshots: readonly Snapshot[]): void {
    for (const snapshot of snapshots) {
      if (this.#records.has(snapshot.id)) continue;
      this.#addById(snapshot.id, snapshot.object);
      this.#unread.delete(snapshot.id);
      this.#see(snapshot);
    }
  }

  #see(snapshot: Snapshot): void {
    this.#snapshots.set(snapshot.id, snapshot);
    this.#identified = undefined;
  }

  #identities(): Map<string, Identification> {
    this.#identified ??= this.#identify();
    return this.#identified;
  }

  #identify(): Map<string, Identification> {
    const contactOf = ({ convertedContactId }: Snapshot) =>
      convertedContactId === null ? null : this.#lastMasterOf(convertedContactId);
    const leadsByContact = Map.groupBy(this.#snapshots.values(), contactOf);
    const identities = new Map<string, Identification>();
    for (const record of this.#snapshots.values()) {
      const contactId = contactOf(record);
      const found = contactId === null ? undefined : this.#snapshots.get(contactId);
      // A lead that became a person account stays a user of its own.
      const contact = found !== undefined && isPersonAccount(found) ? undefined : found;
      const leads = leadsByContact.get(record.object === 'Contact' ? record.id : contactId) ?? [];
      const others =
        record.convertedContactId === null && record.object === 'Lead'
          ? []
          : leads.filter(({ id }) => id !== record.id);
      identities.set(record.id, identify(record, { contact, leads: others }, this.#options.settings));
    }
    // What was merged stands for the user of the record that is left, which may have been merged itself since.
    for (const merged of this.#masters.keys()) {
      const identity = identities.get(this.#lastMasterOf(merged));
      if (identity !== undefined) identities.set(merged, identity);
    }
    return identities;
  }

  #lastMasterOf(recordId: string): string {
    const seen = new Set<string>();
    let last = recordId;
    for (let next = this.#masters.get(last); next !== undefined && !seen.has(next); next = this.#masters.get(last)) {
      seen.add(next);
      last = next;
    }
    return last;
  }

  #withLivingContact(snapshot: Snapshot): Snapshot {
    if (snapshot.convertedContactId === null) return snapshot;
    const last = this.#lastMasterOf(snapshot.convertedContactId);
    const livingContactId = this.#absences.get(last) === 'deleted' ? null : last;
    return livingContactId === snapshot.convertedContactId ? snapshot : { ...snapshot, livingContactId };
  }

  result(): Gathered {
    const snapshots = [...this.#snapshots.values()].map((snapshot) => this.#withLivingContact(snapshot));
    return {
      records: this.#records,
      snapshots: new Map(snapshots.map((snapshot) => [snapshot.id, snapshot])),
      absences: this.#absences,
      masters: this.#masters,
      identities: this.#identities(),
    };
  }
}
