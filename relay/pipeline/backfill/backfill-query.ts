import { STAGE_FIELD } from '../../config/salesforce-fields.ts';
import type { ObjectName } from '../../mapping/record.ts';
import type { BulkRow } from '../../salesforce/bulk-page.ts';
import { type Asked, timeOf } from '../unanswered.ts';
import type { BackfillOptions } from './backfill-options.ts';

/** What a bulk query says of a record: enough to know whether it is to be looked at, never what it should hold. */
export interface FoundRecord extends Asked {
  recordId: string;
  object: ObjectName;
  stage: string | null;
}

const FIELDS: Readonly<Record<ObjectName, readonly string[]>> = {
  Lead: ['Id', 'OneSignal_Sync_Requested_At__c', 'OneSignal_Sync_Answered_At__c', 'IsConverted'],
  Contact: ['Id', 'OneSignal_Sync_Requested_At__c', 'OneSignal_Sync_Answered_At__c'],
};

/** No ORDER BY: it would make Salesforce sort a million records, and give up. */
export function backfillQuery(object: ObjectName, options: BackfillOptions): string {
  return `SELECT ${[...FIELDS[object], STAGE_FIELD[object]].join(', ')} FROM ${object} WHERE ${conditions(object, options)}`;
}

export function countQuery(object: ObjectName, options: BackfillOptions): string {
  return `SELECT COUNT() FROM ${object} WHERE ${conditions(object, options)}`;
}

function conditions(object: ObjectName, { scope, where }: BackfillOptions): string {
  const own = scope === 'due' ? 'OneSignal_Sync_Requested_At__c != null' : `${STAGE_FIELD[object]} != null`;
  return where === undefined ? own : `${own} AND (${where})`;
}

export function foundIn(object: ObjectName, row: BulkRow): FoundRecord {
  return {
    recordId: row.Id ?? '',
    object,
    stage: row[STAGE_FIELD[object]] ?? null,
    requestedAt: timeOf(row.OneSignal_Sync_Requested_At__c),
    answeredAt: timeOf(row.OneSignal_Sync_Answered_At__c),
    isConverted: row.IsConverted === 'true',
  };
}
