import { z } from 'zod';
import { isRelayError, RelayError } from '../config/relay-error.ts';
import { MEANINGS_OF_A_JOB, MEANINGS_OF_A_NEW_JOB } from './bulk-errors.ts';
import { meaningIn } from './request-errors.ts';
import type { SalesforceRequest, SalesforceSession } from './session.ts';

const NEW_JOB = z.object({ id: z.string().regex(/^750[a-zA-Z0-9]{12,15}$/) });
const JOB = z.object({
  state: z.enum(['UploadComplete', 'InProgress', 'JobComplete', 'Aborted', 'Failed']),
  numberRecordsProcessed: z.number().default(0),
  errorMessage: z.string().nullish(),
});

/**
 * Where a job stands. `rows`: records that it has found so far, or in all. A job that ended without results says why:
 * BULK_QUERY_FAILED, or what the error code in Salesforce's message means.
 */
export type BulkQueryState = { phase: 'running' | 'complete'; rows: number } | { phase: 'ended'; error: RelayError };

/**
 * Starts a Bulk API 2.0 query: one API call, however many rows it finds. The rows are those of the moment at which it
 * runs, and stay so. Without ORDER BY their order is nobody's promise; with it the query is slow.
 * https://developer.salesforce.com/docs/platform/api-asynch/guide/query-create-job.md
 * @param operation `queryAll` also shows the recycle bin
 * @returns the job's id; when the answer is lost, so is the job, which Salesforce deletes after seven days
 * @throws RelayError BULK_QUERY_LIMIT, SALESFORCE_QUERY_REFUSED, and what any request does
 */
export async function startBulkQuery(
  session: SalesforceSession,
  soql: string,
  operation: 'query' | 'queryAll' = 'query',
): Promise<string> {
  const answer = await session.request({
    call: 'bulkJob',
    method: 'POST',
    url: '/jobs/query',
    body: { operation, query: soql, contentType: 'CSV', columnDelimiter: 'COMMA', lineEnding: 'LF' },
    meanings: MEANINGS_OF_A_NEW_JOB,
  });
  return known(NEW_JOB, answer).id;
}

/**
 * https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_get_one_job.htm
 * @throws RelayError BULK_QUERY_GONE, and what any request does
 */
export async function bulkQueryState(session: SalesforceSession, jobId: string): Promise<BulkQueryState> {
  const { state, numberRecordsProcessed: rows, errorMessage } = known(JOB, await askJob(session, 'GET', jobId));
  if (state === 'JobComplete') return { phase: 'complete', rows };
  if (state === 'UploadComplete' || state === 'InProgress') return { phase: 'running', rows };
  return { phase: 'ended', error: endOf(state, errorMessage ?? '') };
}

/**
 * Deletes a job and its results, after an abort while it still runs. One that is gone needs nothing.
 * https://developer.salesforce.com/docs/platform/api-asynch/guide/query-delete-job.md
 * @throws RelayError as any request does
 */
export async function deleteBulkQuery(session: SalesforceSession, jobId: string): Promise<void> {
  try {
    const { phase } = await bulkQueryState(session, jobId);
    if (phase === 'running') await abort(session, jobId);
    await askJob(session, 'DELETE', jobId);
  } catch (error) {
    if (!isCode(error, 'BULK_QUERY_GONE')) throw error;
  }
}

/** A job that came to its end meanwhile can't be aborted, and needn't be. */
async function abort(session: SalesforceSession, jobId: string): Promise<void> {
  try {
    await askJob(session, 'PATCH', jobId, { state: 'Aborted' });
  } catch (error) {
    if (!isCode(error, 'SALESFORCE_REQUEST_FAILED')) throw error;
  }
}

function askJob(session: SalesforceSession, method: SalesforceRequest['method'], jobId: string, body?: unknown) {
  const url = `/jobs/query/${encodeURIComponent(jobId)}`;
  return session.request({ call: 'bulkJob', method, url, body, meanings: MEANINGS_OF_A_JOB });
}

/** Salesforce's message may quote the query and its values: only a code that is known comes out of it. */
function endOf(state: 'Aborted' | 'Failed', message: string): RelayError {
  if (state === 'Aborted') return new RelayError('BULK_QUERY_FAILED', 'Somebody aborted the bulk query.');
  return new RelayError(meaningIn(message) ?? 'BULK_QUERY_FAILED', 'Salesforce could not run the bulk query.');
}

function known<T>(form: z.ZodType<T>, answer: unknown): T {
  const read = form.safeParse(answer);
  if (read.success) return read.data;
  throw new RelayError('SALESFORCE_REQUEST_FAILED', 'Salesforce answered a bulk query in a form that is not known.');
}

function isCode(error: unknown, code: RelayError['code']): boolean {
  return isRelayError(error) && error.code === code;
}
