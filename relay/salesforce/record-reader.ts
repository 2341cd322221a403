import { STAGE_FIELD, STATUS_FIELDS } from '../config/salesforce-fields.ts';
import { type FieldValue, isRecordIdOf, type ObjectName, type Snapshot } from '../mapping/record.ts';
import { queryPages, queryRows, type Row } from './query.ts';
import type { SalesforceSession } from './session.ts';
import { soqlDateTime, soqlIn, soqlText } from './soql.ts';

/** Fields that mapping rows name, by object. */
export type MappedFields = Readonly<Record<ObjectName, readonly string[]>>;

/** Reads records as Salesforce holds them now. Each method rejects with RelayError. */
export interface RecordReader {
  /** The records with these ids that the integration user can see; deleted ones are left out. */
  byId(object: ObjectName, ids: Iterable<string>): Promise<Snapshot[]>;
  /** Which of these ids lie in the recycle bin; each with the record that it was merged into, null when it was deleted. */
  inRecycleBin(object: ObjectName, ids: Iterable<string>): Promise<Map<string, string | null>>;
  /** Leads that were converted into these contacts. */
  leadsConvertedInto(contactIds: Iterable<string>): Promise<Snapshot[]>;
  byExternalId(object: ObjectName, externalIds: Iterable<string>): Promise<Snapshot[]>;
  /**
   * Pages of ids: of all records that have a stage, or of those that have this one.
   * @param condition SOQL that they fulfil besides
   */
  idsInStage(object: ObjectName, stage: string | undefined, condition?: string): AsyncGenerator<string[]>;
  /**
   * Pages of what changed in a window and waits for a sync; converted leads include answered ones, which the formula
   * leaves out. Rejects as `changedIn`.
   */
  unansweredIn(object: ObjectName, window: StampWindow): AsyncGenerator<RecordPage>;
  /**
   * Pages of everything that changed in a window, deleted rows too. Rejects with SALESFORCE_TIMEOUT or
   * SALESFORCE_LOCATOR_EXPIRED where a smaller window may help.
   */
  changedIn(object: ObjectName, window: StampWindow): AsyncGenerator<RecordPage>;
}

/** A span of SystemModstamp, ms since 1970 on Salesforce's clock: from `from` on, and before `to` where there is one. */
export interface StampWindow {
  from: number;
  /** Undefined for the last one: the clock that we know may run behind the stamps. */
  to: number | undefined;
}

export interface RecordPage {
  records: Snapshot[];
  /** Records on all pages together. */
  total: number;
}

const COMMON = [
  'Id',
  'IsDeleted',
  'SystemModstamp',
  'OneSignal_External_Id__c',
  'OneSignal_Stage_Changed_At__c',
  'OneSignal_Sync_Requested_At__c',
];
const OF_LEAD = [STAGE_FIELD.Lead, 'IsConverted', 'ConvertedContactId', 'ConvertedDate'];
const OF_CONTACT = [STAGE_FIELD.Contact];

/** @param mappedFields asked at each read, because the mapping is refreshed while the relay runs */
export function createRecordReader(session: SalesforceSession, mappedFields: () => MappedFields): RecordReader {
  /** The mapped fields are asked for once a query: a refresh meanwhile must not make fields that were not read look blank. */
  const pages = async function* (call: 'query' | 'queryAll', object: ObjectName, condition: string) {
    const mapped = mappedFields()[object];
    const fields = new Set([...COMMON, ...STATUS_FIELDS, ...(object === 'Lead' ? OF_LEAD : OF_CONTACT), ...mapped]);
    const soql = `SELECT ${[...fields].join(', ')} FROM ${object} WHERE ${condition}`;
    for await (const { rows, total } of queryPages(session, call, soql)) {
      // A row without an id of its own is none that anything could be said on.
      const known = rows.filter(({ Id: id }) => typeof id === 'string' && isRecordIdOf(object, id));
      yield { records: known.map((row) => toSnapshot(object, row, mapped)), total };
    }
  };
  const read = async (object: ObjectName, conditions: readonly string[]) => {
    const snapshots: Snapshot[] = [];
    for (const condition of conditions) {
      for await (const { records } of pages('query', object, condition)) snapshots.push(...records);
    }
    return snapshots;
  };

  return {
    byId: (object, ids) => read(object, soqlIn('Id', ids)),
    byExternalId: (object, externalIds) =>
      read(
        object,
        inShortRequests(externalIds).flatMap((group) => soqlIn('OneSignal_External_Id__c', group)),
      ),
    leadsConvertedInto: (contactIds) => read('Lead', soqlIn('ConvertedContactId', contactIds)),
    async *idsInStage(object, stage, condition) {
      const wanted = stage === undefined ? '!= null' : `= ${soqlText(stage)}`;
      const further = condition === undefined ? '' : ` AND (${condition})`;
      const soql = `SELECT Id FROM ${object} WHERE ${STAGE_FIELD[object]} ${wanted}${further}`;
      for await (const { rows } of queryPages(session, 'query', soql)) yield rows.map((row) => String(row.Id));
    },
    async inRecycleBin(object, ids) {
      const deleted = new Map<string, string | null>();
      for (const condition of soqlIn('Id', ids)) {
        const soql = `SELECT Id, IsDeleted, MasterRecordId FROM ${object} WHERE ${condition}`;
        for (const row of await queryRows(session, 'queryAll', soql))
          if (row.IsDeleted === true) deleted.set(String(row.Id), text(row.MasterRecordId));
      }
      return deleted;
    },
    unansweredIn(object, window) {
      const converted = object === 'Lead' ? ' OR (IsConverted = true AND OneSignal_Sync_Requested_At__c != null)' : '';
      return pages('query', object, `${within(window)} AND (OneSignal_Sync_Due__c = true${converted})`);
    },
    changedIn: (object, window) => pages('queryAll', object, `${within(window)} ORDER BY SystemModstamp, Id`),
  };
}

function within({ from, to }: StampWindow): string {
  const end = to === undefined ? '' : ` AND SystemModstamp < ${soqlDateTime(to)}`;
  return `SystemModstamp >= ${soqlDateTime(from)}${end}`;
}

/** Percent-encoded characters of external ids in one request, whose line may have 16,384 with the fields it asks for. */
const LONGEST_LIST = 6_000;
/** Quotes and comma around one value, encoded. */
const AROUND_VALUE = 9;

/** Groups values so that a query for each group is short enough: external ids have up to 128 characters of any script. */
function inShortRequests(values: Iterable<string>): string[][] {
  const groups: string[][] = [];
  let room = 0;
  for (const value of values) {
    const length = encodeURIComponent(soqlText(value)).length + AROUND_VALUE;
    if (groups.length === 0 || length > room) {
      groups.push([]);
      room = LONGEST_LIST;
    }
    groups.at(-1)?.push(value);
    room -= length;
  }
  return groups;
}

function toSnapshot(object: ObjectName, row: Row, mappedFields: readonly string[]): Snapshot {
  return {
    id: String(row.Id),
    object,
    stage: text(row[STAGE_FIELD[object]]),
    externalId: text(row.OneSignal_External_Id__c),
    stageChangedAt: text(row.OneSignal_Stage_Changed_At__c),
    requestedAt: text(row.OneSignal_Sync_Requested_At__c),
    isConverted: row.IsConverted === true,
    convertedContactId: text(row.ConvertedContactId),
    convertedAt: text(row.ConvertedDate),
    isDeleted: row.IsDeleted === true,
    systemModstamp: String(row.SystemModstamp),
    status: {
      answeredAt: text(row.OneSignal_Sync_Answered_At__c),
      status: text(row.OneSignal_Sync_Status__c),
      reason: text(row.OneSignal_Sync_Reason__c),
      detail: text(row.OneSignal_Sync_Detail__c),
      syncedStage: text(row.OneSignal_Synced_Stage__c),
      syncedAt: text(row.OneSignal_Synced_At__c),
      onesignalId: text(row.OneSignal_Id__c),
    },
    fields: Object.fromEntries(mappedFields.map((path) => [path, valueAt(row, path)])),
  };
}

/** `Account.Industry` is a row in a row; a contact without an account has null there. */
function valueAt(row: Row, path: string): FieldValue {
  let value: unknown = row;
  for (const step of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Row)[step] : null;
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
