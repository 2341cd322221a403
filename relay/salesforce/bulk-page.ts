import { pipeline, type Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { RelayError } from '../config/relay-error.ts';
import { MEANINGS_OF_A_JOB } from './bulk-errors.ts';
import { toRelayError } from './request-errors.ts';
import type { SalesforceSession } from './session.ts';
import type { StreamedAnswer } from './streamed-answer.ts';

/** Texts by column; a column is a path as the query has it (`Account.Industry`), and null is a blank. */
export type BulkRow = Readonly<Record<string, string | null>>;

/** One page of a bulk query's results. */
export interface BulkPage {
  /** Rows on this page, as Salesforce announced them. */
  total: number;
  /**
   * Where the next page begins; undefined after the last one. It stays good as long as the job, so that a process that
   * ended can go on from it. To be kept once all rows of this page are dealt with.
   */
  next: string | undefined;
  /**
   * The rows, once, no faster than they are taken. Ends with a RelayError where the page does not come whole:
   * SALESFORCE_UNREACHABLE, SALESFORCE_TIMEOUT or SALESFORCE_REQUEST_FAILED; then it can be read again.
   */
  rows: AsyncIterable<BulkRow>;
  /** Lets go of rows that nobody is going to take. */
  close(): void;
}

export interface BulkPageAsked {
  /** From `next` of the page before; undefined for the first page. */
  locator?: string | undefined;
  /** Rows at most; Salesforce may send fewer. */
  maxRecords?: number;
}

/** Some 2.5 MB of CSV: an API call per 5,000 rows costs little, and nothing else goes on while a page is stored. */
const ROWS_A_PAGE = 5_000;
/** A record has 400,000 characters at most: https://developer.salesforce.com/docs/atlas.en-us.226.0.api_bulk_v2.meta/api_bulk_v2/bulk_api_2_limits.htm */
const MOST_ROW_BYTES = 4_000_000;

/**
 * One page of the results of a job that is complete: one API call.
 * https://developer.salesforce.com/docs/platform/api-asynch/guide/query-get-job-results.md
 * @throws RelayError BULK_QUERY_GONE where a new job has to be started, and what any request does
 */
export async function readBulkPage(
  session: SalesforceSession,
  jobId: string,
  { locator, maxRecords = ROWS_A_PAGE }: BulkPageAsked = {},
): Promise<BulkPage> {
  const asked = new URLSearchParams({ maxRecords: String(maxRecords), ...(locator !== undefined && { locator }) });
  const path = `/jobs/query/${encodeURIComponent(jobId)}/results?${asked}`;
  const answer = await session.stream({ call: 'bulkResults', path, meanings: MEANINGS_OF_A_JOB });
  const { body } = answer;
  try {
    const { total, next } = announced(answer);
    return { total, next, rows: wholePage(body, total), close: () => body.destroy() };
  } catch (error) {
    body.destroy();
    throw error;
  }
}

/** Without its headers, as a proxy could leave it, a page might be taken for the last, or for a whole one. */
function announced({ header }: StreamedAnswer): Pick<BulkPage, 'total' | 'next'> {
  const [total, next] = [header('sforce-numberofrecords'), header('sforce-locator')];
  if (total === undefined || !/^\d+$/.test(total) || next === undefined || next === '') throw unknownForm();
  return { total: Number(total), next: next === 'null' ? undefined : next };
}

async function* wholePage(body: Readable, total: number): AsyncGenerator<BulkRow> {
  let taken = 0;
  try {
    for await (const row of rowsIn(body)) {
      taken += 1;
      if (taken > total) break;
      yield row;
    }
  } catch (error) {
    throw error instanceof CsvError ? unknownForm() : toRelayError(error);
  }
  if (taken !== total) {
    const message = `Salesforce announced ${total} rows of a bulk query and sent ${taken > total ? 'more' : taken}.`;
    throw new RelayError('SALESFORCE_REQUEST_FAILED', message);
  }
}

function rowsIn(body: Readable): AsyncIterable<BulkRow> {
  const parser = parse({
    columns: true,
    bom: true,
    record_delimiter: '\n',
    max_record_size: MOST_ROW_BYTES,
    cast: (text) => (text === '' ? null : text),
  });
  // An error of either ends both, and the iteration tells of it.
  return pipeline(body, parser, () => undefined);
}

function unknownForm(): RelayError {
  return new RelayError(
    'SALESFORCE_REQUEST_FAILED',
    'Salesforce sent rows of a bulk query in a form that is not known.',
  );
}
