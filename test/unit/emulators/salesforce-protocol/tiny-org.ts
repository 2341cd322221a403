import {
  type BusEvent,
  type Clock,
  type DescribeResult,
  type FieldValues,
  type Org,
  OrgRefusal,
  type OrgUser,
  type QueryResult,
  type QueryRow,
  type SaveOptions,
  type SaveResult,
} from '../../../emulators/salesforce/org-contract.ts';

export const stageChange = '/event/OneSignal_Stage_Change__e';

/** An org of one table and a bus: just enough to see what the protocols hand on, with a clock that tests move. */
export class TinyOrg implements Org {
  readonly id = '00DTINY000000001AA';
  time = Date.parse('2026-11-24T10:00:00Z');
  readonly now: Clock = () => this.time;
  readonly counters = { reassignments: 0, duplicateAlerts: 0, flowFaults: 0, published: 0 };
  /** What each save was told by the headers. */
  readonly savedWith: (Partial<SaveOptions> | undefined)[] = [];
  readonly queried: { soql: string; all: boolean }[] = [];
  readonly #users = new Map<string, OrgUser>();
  readonly #rows = new Map<string, FieldValues>();
  readonly #events: BusEvent[] = [];
  readonly #listeners: ((event: BusEvent) => void)[] = [];

  addUser(user: { username: string; permissionSets?: string[]; isAdministrator?: boolean }): OrgUser {
    const added = {
      id: `005TINY${String(this.#users.size).padStart(11, '0')}`,
      username: user.username,
      permissionSets: user.permissionSets ?? [],
      isAdministrator: user.isAdministrator ?? false,
    };
    this.#users.set(added.username, added);
    return added;
  }
  user(username: string): OrgUser | undefined {
    return this.#users.get(username);
  }

  create(object: string, values: FieldValues, _as: OrgUser, options?: Partial<SaveOptions>): SaveResult {
    if (object !== 'Lead') throw new OrgRefusal('INVALID_TYPE', `sObject type '${object}' is not supported.`);
    this.savedWith.push(options);
    const id = `00QTINY${String(this.#rows.size).padStart(11, '0')}`;
    this.#rows.set(id, { Id: id, ...values });
    return { id, success: true, errors: [] };
  }
  update(_object: string, id: string, values: FieldValues, _as: OrgUser, options?: Partial<SaveOptions>): SaveResult {
    this.savedWith.push(options);
    const row = this.#rows.get(id);
    if (!row) {
      return {
        success: false,
        errors: [{ statusCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] }],
      };
    }
    Object.assign(row, values);
    return { id, success: true, errors: [] };
  }
  delete(_object: string, id: string): SaveResult {
    this.#rows.delete(id);
    return { id, success: true, errors: [] };
  }

  open(soql: string, as: OrgUser, options?: { all?: boolean }): QueryResult {
    const rows = this.query(soql, as, options);
    return { total: rows.length, isCount: false, page: (from, to) => rows.slice(from, to) };
  }
  query(soql: string, _as: OrgUser, options?: { all?: boolean }): QueryRow[] {
    this.queried.push({ soql, all: options?.all ?? false });
    const match = /^SELECT .+ FROM Lead(?: WHERE Id = '(\w+)')?$/.exec(soql);
    if (!match) throw new OrgRefusal('MALFORMED_QUERY', `unexpected token: ${soql}`);
    const wanted = match[1];
    return [...this.#rows.values()]
      .filter((row) => wanted === undefined || row.Id === wanted)
      .map((row) => ({ attributes: { type: 'Lead', url: `/services/data/v67.0/sobjects/Lead/${row.Id}` }, ...row }));
  }
  describe(object: string): DescribeResult {
    if (object !== 'Lead') throw new OrgRefusal('NOT_FOUND', 'The requested resource does not exist', 404);
    const can = { queryable: true, updateable: true, createable: true, deletable: true };
    const field = { type: 'string', label: 'Status', length: 255, nillable: true, createable: true, updateable: true };
    const rest = { custom: false, calculated: false, relationshipName: null, referenceTo: [], picklistValues: [] };
    return { name: 'Lead', label: 'Lead', custom: false, ...can, fields: [{ name: 'Status', ...field, ...rest }] };
  }
  describeGlobal() {
    return [{ name: 'Lead', label: 'Lead', custom: false, queryable: true }];
  }
  peek(_object: string, id: string): FieldValues | undefined {
    return this.#rows.get(id);
  }
  rows(): FieldValues[] {
    return [...this.#rows.values()];
  }

  /** Puts events on the bus, with gaps between their replay ids. */
  publish(count = 1, channel = stageChange): BusEvent[] {
    const events = Array.from({ length: count }, (_, index) => {
      const number = this.#events.length + index + 1;
      return {
        channel,
        replayId: number * 3,
        eventUuid: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
        publishedAt: this.time,
        schema: 'schema',
        payload: { CreatedDate: new Date(this.time).toISOString(), CreatedById: '005', Record_Id__c: `r${number}` },
      };
    });
    for (const event of events) {
      this.#events.push(event);
      for (const listener of this.#listeners) listener(event);
    }
    return events;
  }
  onPublish(listener: (event: BusEvent) => void): void {
    this.#listeners.push(listener);
  }
  retained(channel: string): BusEvent[] {
    return this.#events.filter((event) => event.channel === channel && this.time - event.publishedAt < 72 * 3_600_000);
  }
  lastReplayId(channel: string): number {
    return this.#events.findLast((event) => event.channel === channel)?.replayId ?? 0;
  }
  knowsReplayId(channel: string, replayId: number): boolean {
    return this.retained(channel).some((event) => event.replayId === replayId);
  }
  maySubscribe(channel: string, as: OrgUser): 'allowed' | 'denied' | 'unknown' {
    if (!/^\/event\/(OneSignal_Stage_Change|Other)__e$/.test(channel)) return 'unknown';
    return as.permissionSets.includes('OneSignal_Relay') ? 'allowed' : 'denied';
  }

  undelete = missing;
  purge = missing;
  convertLead = missing;
  setSettings = missing;
  putMetadataRow = missing;
  removeMetadataRow = missing;
  hide = missing;
  unhide = missing;
}

function missing(): never {
  throw new Error('not in the tiny org');
}
