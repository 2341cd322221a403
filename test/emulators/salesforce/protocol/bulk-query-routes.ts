import { type Request, Router } from 'express';
import { OrgRefusal, type OrgUser, type QueryRow } from '../org-contract.ts';
import { csvOf } from './bulk-csv.ts';
import type { EmulatedOrg } from './emulated-org.ts';
import { callerOf } from './rest-gate.ts';
import { isObject } from './sent-fields.ts';

interface QueryJob {
  id: string;
  operation: 'query' | 'queryAll';
  soql: string;
  user: OrgUser;
  createdAt: number;
  /** Becomes JobComplete at the second look, so that a client must poll. */
  state: 'UploadComplete' | 'JobComplete';
  rows: QueryRow[];
}

/** Bulk API 2.0 query. https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/queries.htm */
export function bulkQueryRoutes(emulated: EmulatedOrg): Router {
  const jobs = new Map<string, QueryJob>();
  const router = Router();
  const jobOf = (request: Request): QueryJob => {
    emulated.stats.count('bulkQuery');
    const job = jobs.get(String(request.params.id));
    if (!job) throw new OrgRefusal('NOT_FOUND', 'The requested resource does not exist', 404);
    return job;
  };

  router.post('/jobs/query', (request, response) => {
    emulated.stats.count('bulkQuery');
    const job = createJob(emulated, request, jobs.size);
    jobs.set(job.id, job);
    response.json(describeJob(job));
  });
  router.get('/jobs/query/:id', (request, response) => {
    const job = jobOf(request);
    response.json({ ...describeJob(job), numberRecordsProcessed: job.rows.length, retries: 0 });
    job.state = 'JobComplete';
  });
  router.get('/jobs/query/:id/results', (request, response) => {
    const job = jobOf(request);
    if (job.state !== 'JobComplete') throw new OrgRefusal('INVALIDJOBSTATE', 'Job is not complete');
    const from = Number(Buffer.from(String(request.query.locator ?? ''), 'base64').toString() || 0);
    const most = Number(request.query.maxRecords ?? 50_000);
    const page = job.rows.slice(from, from + most);
    const next = from + page.length;
    const locator = next < job.rows.length ? Buffer.from(String(next)).toString('base64') : 'null';
    response
      .set({ 'Sforce-Locator': locator, 'Sforce-NumberOfRecords': String(page.length) })
      .type('text/csv; charset=UTF-8')
      .send(csvOf(page, job.soql));
  });
  router.delete('/jobs/query/:id', (request, response) => {
    jobs.delete(jobOf(request).id);
    response.status(204).end();
  });
  return router;
}

function createJob(emulated: EmulatedOrg, request: Request, count: number): QueryJob {
  const body: unknown = request.body;
  const operation = isObject(body) ? body.operation : undefined;
  const soql = isObject(body) ? body.query : undefined;
  if ((operation !== 'query' && operation !== 'queryAll') || typeof soql !== 'string') {
    throw new OrgRefusal('INVALIDJOB', 'operation must be query or queryAll, and query must be given');
  }
  const { user } = callerOf(request);
  const rows = emulated.org.query(soql, user, { all: operation === 'queryAll' });
  const id = `750${emulated.org.id.slice(3, 9)}${String(count).padStart(9, '0')}`;
  return { id, operation, soql, user, createdAt: emulated.clock(), state: 'UploadComplete', rows };
}

function describeJob(job: QueryJob) {
  return {
    id: job.id,
    operation: job.operation,
    object: /\bFROM\s+(\w+)/i.exec(job.soql)?.[1] ?? '',
    createdById: job.user.id,
    createdDate: new Date(job.createdAt).toISOString().replace('Z', '+0000'),
    state: job.state,
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
  };
}
