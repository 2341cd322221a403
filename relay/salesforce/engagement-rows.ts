import { cut } from '../mapping/outcome.ts';
import type { ObjectName } from '../mapping/record.ts';
import { type RowResult, writeRows } from './record-writer.ts';
import type { SalesforceSession } from './session.ts';

/** What a record is to say of messages. Times in ms since 1970. */
export interface EngagementRow {
  recordId: string;
  object: ObjectName;
  opens: number;
  clicks: number;
  lastAt: number | null;
  lastMessage: string | null;
  influencedBy: string | null;
  /** Of an unsubscribe, or an end of emails, that the record was not told of; null where it was. */
  unsubscribedAt: number | null;
  emailEndedAt: number | null;
}

/**
 * Writes what up to 200 records are to say of messages in one call, each row on its own. A box that somebody unticked
 * stays so until the next unsubscribe: only news ticks it.
 * @param optsOut whether the end of emails opts the person out in Salesforce too
 * @throws RelayError when the request as a whole fails; then no row is known to be written
 */
export function writeEngagement(
  session: SalesforceSession,
  rows: readonly EngagementRow[],
  optsOut: boolean,
): Promise<RowResult[]> {
  return writeRows(
    session,
    rows.map((row) => toRow(row, optsOut)),
  );
}

function toRow(row: EngagementRow, optsOut: boolean) {
  const { recordId, object, opens, clicks, lastAt, lastMessage, influencedBy } = row;
  return {
    attributes: { type: object },
    id: recordId,
    OneSignal_Last_Engaged_At__c: lastAt === null ? null : new Date(lastAt).toISOString(),
    OneSignal_Last_Message__c: lastMessage === null ? null : cut(lastMessage),
    OneSignal_Opens__c: opens,
    OneSignal_Clicks__c: clicks,
    OneSignal_Stage_Influenced_By__c: influencedBy === null ? null : cut(influencedBy),
    ...(row.unsubscribedAt === null ? {} : { OneSignal_Unsubscribed__c: true }),
    ...(optsOut && row.emailEndedAt !== null ? { HasOptedOutOfEmail: true } : {}),
  };
}
