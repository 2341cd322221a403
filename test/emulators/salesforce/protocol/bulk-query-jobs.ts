import { createHash } from 'node:crypto';
import { type Clock, type Org, OrgRefusal, type OrgUser, type QueryRow } from '../org-contract.ts';
import { csvLines } from './bulk-csv.ts';
import type { FaultState } from './fault-state.ts';
import type { RollingAllocation } from './rolling-allocation.ts';

export interface QueryJob {
  readonly id: string;
  readonly operation: 'query' | 'queryAll';
  readonly soql: string;
  readonly user: OrgUser;
  /** `67.0` */
  readonly apiVersion: string;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  changedAt: number;
  state: 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Aborted' | 'Failed';
  /** How often somebody asked for the state. */
  looks: number;
  /** As they were when the job ran, whatever became of the records since. */
  rows: readonly QueryRow[];
  errorMessage: string | undefined;
  retries: number;
  /** Where each locator that was given out leads to: they are opaque, and good as long as the job is there. */
  readonly locators: Map<string, number>;
}

type NewJob = Pick<QueryJob, 'operation' | 'soql' | 'user' | 'apiVersion'>;

/** https://developer.salesforce.com/docs/platform/salesforce-app-limits-cheatsheet/guide/salesforce-app-limits-platform-bulkapi.html */
const LIFESPAN_MS = 7 * 24 * 3_600_000;

/** The words are Salesforce's own: https://github.com/estuary/connectors/blob/main/source-salesforce-native/source_salesforce_native/bulk_job_manager.py */
const TOO_MANY = 'Max bulk v2 query jobs (10000) per 24 hrs has been reached';
const TOO_LARGE = 'Max bulk v2 query result size stored (1000000000) kb per 24 hrs has been exceeded';

export function isOver({ state }: QueryJob): boolean {
  return state !== 'UploadComplete' && state !== 'InProgress';
}

/** What the jobs need of the emulated org. */
interface JobsOrg {
  org: Org;
  clock: Clock;
  faults: FaultState;
  bulkQueries: RollingAllocation;
  bulkResultBytes: RollingAllocation;
}

/** Query jobs from their creation to their end. A job goes on by being looked at, so that no test has to wait. */
export class QueryJobs {
  readonly #emulated: JobsOrg;
  readonly #jobs = new Map<string, QueryJob>();
  #created = 0;

  constructor(emulated: JobsOrg) {
    this.#emulated = emulated;
  }

  /** Throws OrgRefusal: for a query that the org doesn't take, and for spent allocations. */
  create(given: NewJob): QueryJob {
    const { org, clock, bulkQueries, bulkResultBytes } = this.#emulated;
    org.query(given.soql, given.user, { all: given.operation === 'queryAll' });
    if (bulkQueries.remaining <= 0) throw new OrgRefusal('LIMIT_EXCEEDED', TOO_MANY);
    if (bulkResultBytes.remaining <= 0) throw new OrgRefusal('LIMIT_EXCEEDED', TOO_LARGE);
    bulkQueries.take();
    this.#created += 1;
    const now = clock();
    const job: QueryJob = {
      ...given,
      id: `750${org.id.slice(3, 9)}${String(this.#created).padStart(6, '0')}AAA`,
      createdAt: now,
      changedAt: now,
      state: 'UploadComplete',
      looks: 0,
      rows: [],
      errorMessage: undefined,
      retries: 0,
      locators: new Map(),
    };
    this.#jobs.set(job.id, job);
    return job;
  }

  /** The caller's job. Throws OrgRefusal when it is gone: deleted, or over and older than seven days. */
  find(id: string, caller: OrgUser): QueryJob {
    const job = this.#jobs.get(id);
    if (job && isOver(job) && this.#emulated.clock() - job.createdAt >= LIFESPAN_MS) this.#jobs.delete(id);
    if (!job || !this.#jobs.has(id)) throw new OrgRefusal('NOT_FOUND', 'The requested resource does not exist', 404);
    // https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_errors.htm
    if (job.user.id !== caller.id && !caller.isAdministrator)
      throw new OrgRefusal('INVALIDUSER', 'The job was created by another user');
    return job;
  }

  /** First it is queued, then it is in progress for as many looks as the test wants, then it ends. */
  look(job: QueryJob): void {
    if (isOver(job)) return;
    job.looks += 1;
    if (job.looks === 2) this.#change(job, 'InProgress');
    if (job.looks === 2 + this.#emulated.faults.bulk.looksInProgress) this.#run(job);
  }

  abort(job: QueryJob): void {
    this.#change(job, 'Aborted');
  }

  delete({ id }: QueryJob): void {
    this.#jobs.delete(id);
  }

  /** As if seven days had gone by for all of them. */
  deleteAll(): void {
    this.#jobs.clear();
  }

  locatorOf(job: QueryJob, row: number): string {
    const locator = createHash('sha256').update(`${job.id}:${row}`).digest('base64url').slice(0, 22);
    job.locators.set(locator, row);
    return locator;
  }

  #run(job: QueryJob): void {
    const { faults, bulkResultBytes } = this.#emulated;
    job.errorMessage = faults.bulk.takeFailure();
    if (job.errorMessage === undefined) job.rows = inChunks(this.#read(job), faults.bulk.rowsAChunk);
    if (job.errorMessage !== undefined) {
      job.retries = 15;
      this.#change(job, 'Failed');
      return;
    }
    for (const line of csvLines(job.rows, job.soql)) bulkResultBytes.take(Buffer.byteLength(line));
    this.#change(job, 'JobComplete');
  }

  /** What the user may no longer read fails the job: https://github.com/simple-salesforce/simple-salesforce/issues/502 */
  #read(job: QueryJob): QueryRow[] {
    try {
      return this.#emulated.org.query(job.soql, job.user, { all: job.operation === 'queryAll' });
    } catch (error) {
      if (!(error instanceof OrgRefusal)) throw error;
      job.errorMessage = `InvalidBatch : Failed to process query: ${error.errorCode}: ${error.message}`;
      return [];
    }
  }

  #change(job: QueryJob, state: QueryJob['state']): void {
    job.state = state;
    job.changedAt = this.#emulated.clock();
  }
}

/**
 * A large query is cut into chunks by record id that run beside each other: the order of its rows is nobody's promise.
 * https://developer.salesforce.com/docs/platform/api-asynch/guide/queries.html
 */
function inChunks(rows: QueryRow[], rowsAChunk: number): QueryRow[] {
  const chunks: QueryRow[][] = [];
  for (let start = 0; start < rows.length; start += rowsAChunk) chunks.unshift(rows.slice(start, start + rowsAChunk));
  return chunks.flat();
}
