import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Request, Response } from 'express';
import { OrgRefusal } from '../org-contract.ts';
import { csvLines } from './bulk-csv.ts';
import type { BulkCut } from './bulk-faults.ts';
import type { QueryJob, QueryJobs } from './bulk-query-jobs.ts';
import type { EmulatedOrg } from './emulated-org.ts';

/** The documentation only says that there is a default. */
const USUAL_ROWS_A_PAGE = 50_000;

/**
 * One page of a complete job. Any other job answers 204 and nothing more, which a careless client takes for no rows.
 * https://developer.salesforce.com/docs/atlas.en-us.226.0.api_bulk_v2.meta/api_bulk_v2/query_get_job_results.htm
 */
export function sendResults(
  { faults }: EmulatedOrg,
  jobs: QueryJobs,
  job: QueryJob,
  request: Request,
  response: Response,
): void {
  if (job.state !== 'JobComplete') {
    response.status(204).end();
    return;
  }
  const { from, most } = pageAsked(job, request);
  const rows = job.rows.slice(from, from + Math.min(most, faults.bulk.mostRowsAPage));
  const next = from + rows.length;
  response.set({
    'Sforce-Locator': next < job.rows.length ? jobs.locatorOf(job, next) : 'null',
    'Sforce-NumberOfRecords': String(rows.length),
    'Content-Type': 'text/csv; charset=UTF-8',
  });
  sendLines(request, response, csvLines(rows, job.soql), faults.bulk.takeCut(), rows.length);
}

function pageAsked(job: QueryJob, { query }: Request): { from: number; most: number } {
  const { locator, maxRecords } = query;
  const from = locator === undefined ? 0 : job.locators.get(String(locator));
  if (from === undefined) throw new OrgRefusal('INVALIDLOCATOR', 'The locator is not valid');
  const most = maxRecords === undefined ? USUAL_ROWS_A_PAGE : Number(maxRecords);
  if (!Number.isInteger(most) || most < 1)
    throw new OrgRefusal('INVALID_INPUT', 'maxRecords must be a positive number');
  return { from, most };
}

/** Compressed for those who ask for gzip: https://developer.salesforce.com/docs/platform/api-asynch/guide/query-compression.md */
function sendLines(
  request: Request,
  response: Response,
  lines: Iterable<string>,
  cut: BulkCut | undefined,
  rows: number,
): void {
  const body = Readable.from(cut === undefined ? lines : half(lines, cut, rows));
  // A client that goes away in the middle is no error of ours, and a cut has destroyed the response.
  const done = (error: unknown) => {
    if (error) response.destroy();
  };
  if (request.acceptsEncodings('gzip') === 'gzip') {
    response.set('Content-Encoding', 'gzip');
    pipeline(body, createGzip(), response, done);
  } else pipeline(body, response, done);
}

/** The header and about half of the rows; then either the end, or an error that ends the connection. */
function* half(lines: Iterable<string>, cut: BulkCut, rows: number): Generator<string> {
  let left = 1 + Math.floor(rows / 2);
  for (const line of lines) {
    if (left-- <= 0) break;
    yield line;
  }
  if (cut === 'reset') throw new Error('cut');
}
