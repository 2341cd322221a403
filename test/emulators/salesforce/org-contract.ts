/**
 * What the two halves of the Salesforce emulator agree on: the org (data, metadata, flows, formulas, SOQL) on one
 * side, the protocols (OAuth, REST, Bulk API 2.0 query, CometD) on the other. Nothing here does any work.
 */

/** Milliseconds since 1970. Tests pass their own, so that 72 hours go by at once. */
export type Clock = () => number;

/** A field value as REST shows it: DateTime as `2026-11-24T10:00:00.000+0000`, always whole seconds. */
export type FieldValue = string | number | boolean | null;
export type FieldValues = Record<string, FieldValue>;

/** A row as a query returns it; a relationship field (`Account`) holds the nested row or null. */
export interface QueryRow {
  attributes: { type: string; url: string };
  [field: string]: FieldValue | QueryRow | { type: string; url: string };
}

/** What a query found. Its rows are as they were then, however late a page is asked for. */
export interface QueryResult {
  /** Rows on all pages together, or what `SELECT COUNT()` counted. */
  readonly total: number;
  readonly isCount: boolean;
  /** Rows from one place to before another; none for `SELECT COUNT()`. */
  page(from: number, to: number): QueryRow[];
}

/** Somebody who acts on the org. What they may do comes from the permission sets of the package, by API name. */
export interface OrgUser {
  id: string;
  username: string;
  /** Permission set API names as in `sfdx/`, e.g. `OneSignal_Relay`. Grants objects, fields, custom permissions. */
  permissionSets: string[];
  /** A system administrator sees and edits everything, whatever the permission sets say. */
  isAdministrator: boolean;
}

export interface RowError {
  statusCode: string;
  message: string;
  fields: string[];
}

/** One element of a collections reply. */
export type SaveResult =
  | { id: string; success: true; errors: [] }
  | { id?: string; success: false; errors: RowError[] };

export interface SaveOptions {
  /** `Sforce-Auto-Assign`: Salesforce's default is TRUE, also on lead updates. */
  autoAssign: boolean;
  /** `Sforce-Duplicate-Rule-Header: allowSave=true`. */
  allowDuplicates: boolean;
}

/** An event as the bus keeps it. `replayId` is opaque to clients: it rises, with gaps. */
export interface BusEvent {
  channel: string;
  replayId: number;
  eventUuid: string;
  publishedAt: number;
  schema: string;
  /** CreatedDate, CreatedById and the `__c` fields. */
  payload: FieldValues;
}

export interface DescribeField {
  name: string;
  type: string;
  label: string;
  length: number;
  nillable: boolean;
  createable: boolean;
  updateable: boolean;
  custom: boolean;
  calculated: boolean;
  relationshipName: string | null;
  referenceTo: string[];
  picklistValues: { value: string; label: string; active: boolean }[];
}

export interface DescribeResult {
  name: string;
  label: string;
  custom: boolean;
  queryable: boolean;
  updateable: boolean;
  createable: boolean;
  deletable: boolean;
  fields: DescribeField[];
}

/** A request that Salesforce refuses as a whole, e.g. MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE. */
export class OrgRefusal extends Error {
  readonly errorCode: string;
  readonly httpStatus: number;
  constructor(errorCode: string, message: string, httpStatus = 400) {
    super(message);
    this.errorCode = errorCode;
    this.httpStatus = httpStatus;
  }
}

export interface ConvertOptions {
  /** An existing contact to convert into; without it a new account and contact are made. */
  contactId?: string;
  /** The converted status; the org's first converted LeadStatus without it. */
  convertedStatus?: string;
}

export interface Org {
  /** 18 characters, starts with 00D. */
  readonly id: string;
  readonly now: Clock;
  /** Every id, uuid and stamp follows from the seed and the clock. */
  addUser(user: { username: string; permissionSets?: string[]; isAdministrator?: boolean }): OrgUser;
  user(username: string): OrgUser | undefined;

  create(object: string, values: FieldValues, as: OrgUser, options?: Partial<SaveOptions>): SaveResult;
  update(object: string, id: string, values: FieldValues, as: OrgUser, options?: Partial<SaveOptions>): SaveResult;
  delete(object: string, id: string, as: OrgUser): SaveResult;
  undelete(object: string, id: string, as: OrgUser): SaveResult;
  /** A hard delete: the row is in no query, not even queryAll. */
  purge(object: string, id: string): void;
  /** Converts a lead as the UI does: account, contact, then the lead's update with IsConverted. */
  convertLead(
    leadId: string,
    as: OrgUser,
    options?: ConvertOptions,
  ): { leadId: string; contactId: string; accountId: string };

  /** Runs SOQL with the rights of the user. `all` also shows the recycle bin (queryAll). Throws OrgRefusal. */
  open(soql: string, as: OrgUser, options?: { all?: boolean }): QueryResult;
  /** All rows of a query; none for `SELECT COUNT()`. Throws as `open`. */
  query(soql: string, as: OrgUser, options?: { all?: boolean }): QueryRow[];
  describe(object: string, as: OrgUser): DescribeResult;
  describeGlobal(as: OrgUser): Pick<DescribeResult, 'name' | 'label' | 'custom' | 'queryable'>[];

  /** The raw row with its formula fields, past every permission, also from the recycle bin: for assertions and tables. */
  peek(object: string, id: string): FieldValues | undefined;
  /** Every row that is not deleted, in the order of creation. */
  rows(object: string): FieldValues[];

  /** Called once an event is on the bus (after the commit for PublishAfterCommit). */
  onPublish(listener: (event: BusEvent) => void): void;
  /** The event as a subscriber to the channel gets it; undefined where it is not on it. A custom channel may filter. */
  shownOn?(channel: string, event: BusEvent): BusEvent | undefined;
  /** Events still inside the 72-hour window, oldest first. */
  retained(channel: string): BusEvent[];
  /** The replay id after which a subscriber gets only what comes later. */
  lastReplayId(channel: string): number;
  /** True for an id that this bus gave out and still retains, or the one just before the oldest retained. */
  knowsReplayId(channel: string, replayId: number): boolean;
  /** Whether the user may subscribe: Read on the event. */
  maySubscribe(channel: string, as: OrgUser): 'allowed' | 'denied' | 'unknown';

  /** Custom setting org default and custom metadata rows, as Setup would write them. */
  setSettings(values: FieldValues | undefined): void;
  putMetadataRow(type: string, developerName: string, values: FieldValues): void;
  removeMetadataRow(type: string, developerName: string): void;
  /** Hides or shows one row for users without View All, or for everybody but administrators when `evenViewAll`. */
  hide(id: string, options?: { evenViewAll?: boolean }): void;
  unhide(id: string): void;

  /** Counters for judgement: owner changes by assignment rules, duplicate alerts, flow faults. */
  readonly counters: { reassignments: number; duplicateAlerts: number; flowFaults: number; published: number };
}
