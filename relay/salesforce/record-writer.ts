import { z } from 'zod';
import { RelayError } from '../config/relay-error.ts';
import type { Verdict } from '../mapping/outcome.ts';
import { cut, isStageSent } from '../mapping/outcome.ts';
import type { SalesforceSession } from './session.ts';

/** What Salesforce said to one row. */
export type RowResult =
  | { recordId: string; isWritten: true }
  | { recordId: string; isWritten: false; statusCode: string };

/** Rows that one collections request takes: https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-sobjects-collections-update.html */
export const ROWS_A_WRITE = 200;

/**
 * Never re-run lead assignment, whose default is on for updates too
 * (https://developer.salesforce.com/docs/platform/api-rest/guide/headers-autoassign.md), and never stop at a duplicate alert.
 */
export const SAVE_HEADERS = { 'Sforce-Auto-Assign': 'FALSE', 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };

/** It is logged and kept: what is no code may be data. */
export const STATUS_CODE = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,79}$/)
  .catch('UNKNOWN_EXCEPTION');

const REPLY = z.array(
  z.object({ success: z.boolean(), errors: z.array(z.object({ statusCode: STATUS_CODE })).default([]) }),
);

/** A row of a collections request. */
export interface RowToWrite {
  attributes: { type: string };
  id: string;
}

/**
 * Writes up to 200 verdicts in one call, each row on its own.
 * @throws RelayError when the request as a whole fails; then no row is known to be written
 */
export function writeVerdicts(session: SalesforceSession, verdicts: readonly Verdict[]): Promise<RowResult[]> {
  return writeRows(session, verdicts.map(toRow));
}

/**
 * Writes up to 200 rows in one call, each on its own.
 * @throws RelayError when the request as a whole fails; then no row is known to be written
 */
export async function writeRows(session: SalesforceSession, records: readonly RowToWrite[]): Promise<RowResult[]> {
  const reply = await session.request({
    call: 'collections',
    method: 'PATCH',
    url: '/composite/sobjects',
    headers: SAVE_HEADERS,
    // Runs of one object stay together: Salesforce cuts a request into chunks at each change of type, ten at most.
    body: { allOrNone: false, records },
  });
  const rows = REPLY.safeParse(reply);
  if (!rows.success || rows.data.length !== records.length) {
    throw new RelayError('SALESFORCE_REQUEST_FAILED', 'Salesforce answered a write in a form that is not known.');
  }
  return records.map(({ id: recordId }, index) => {
    const row = rows.data[index];
    if (row?.success === true) return { recordId, isWritten: true };
    return { recordId, isWritten: false, statusCode: row?.errors[0]?.statusCode ?? 'UNKNOWN_EXCEPTION' };
  });
}

function toRow(verdict: Verdict) {
  return {
    attributes: { type: verdict.object },
    id: verdict.recordId,
    OneSignal_Sync_Answered_At__c: verdict.answers,
    OneSignal_Sync_Status__c: verdict.status,
    OneSignal_Sync_Reason__c: verdict.reason,
    OneSignal_Sync_Detail__c: verdict.detail,
    OneSignal_Synced_Stage__c: verdict.stage === null ? null : cut(verdict.stage),
    OneSignal_Synced_At__c: isStageSent(verdict.status, verdict.reason)
      ? new Date(verdict.decidedAt).toISOString()
      : undefined,
    OneSignal_Id__c: verdict.onesignalId,
  };
}
