import { type Request, Router } from 'express';
import { OrgRefusal } from '../org-contract.ts';
import { isOver, type QueryJob, type QueryJobs } from './bulk-query-jobs.ts';
import { sendResults } from './bulk-results.ts';
import { refuseUnsupportedSoql } from './bulk-soql.ts';
import type { EmulatedOrg } from './emulated-org.ts';
import { callerOf } from './rest-gate.ts';
import { isObject } from './sent-fields.ts';

/** Bulk API 2.0 query, available from API version 47.0 on. https://developer.salesforce.com/docs/platform/api-asynch/guide/queries.html */
export function bulkQueryRoutes(emulated: EmulatedOrg): Router {
  const { stats, bulkJobs: jobs } = emulated;
  const router = Router();
  const jobOf = (request: Request): QueryJob => {
    stats.count('bulkQuery');
    return jobs.find(String(request.params.id), callerOf(request).user);
  };

  router.post('/jobs/query', (request, response) => {
    stats.count('bulkQuery');
    response.json(describeJob(createJob(jobs, request)));
  });
  router.get('/jobs/query/:id', (request, response) => {
    const job = jobOf(request);
    jobs.look(job);
    response.json(describeProgress(job));
  });
  router.get('/jobs/query/:id/results', (request, response) => {
    const job = jobOf(request);
    if (versionOf(request) !== job.apiVersion)
      throw new OrgRefusal('API_ERROR', 'Use the API version that the job was created with', 409);
    sendResults(emulated, jobs, job, request, response);
  });
  // https://developer.salesforce.com/docs/platform/api-asynch/guide/query-abort-job.md
  router.patch('/jobs/query/:id', (request, response) => {
    const job = jobOf(request);
    const body: unknown = request.body;
    const state = isObject(body) ? body.state : undefined;
    if (state !== 'Aborted' || isOver(job))
      throw new OrgRefusal('INVALIDJOBSTATE', `A job that is ${job.state} can't become ${String(state)}`);
    jobs.abort(job);
    response.json(describeJob(job));
  });
  // https://developer.salesforce.com/docs/platform/api-asynch/guide/query-delete-job.md
  router.delete('/jobs/query/:id', (request, response) => {
    const job = jobOf(request);
    if (!isOver(job)) {
      const message = 'Error encountered when deleting the job because the job is not terminated';
      throw new OrgRefusal('API_ERROR', message);
    }
    jobs.delete(job);
    response.status(204).end();
  });
  return router;
}

/** https://developer.salesforce.com/docs/platform/api-asynch/guide/query-create-job.md */
function createJob(jobs: QueryJobs, request: Request): QueryJob {
  const body: unknown = request.body;
  const { operation, query, contentType, columnDelimiter, lineEnding } = isObject(body) ? body : {};
  if ((operation !== 'query' && operation !== 'queryAll') || typeof query !== 'string') {
    throw new OrgRefusal('INVALIDJOB', 'operation must be query or queryAll, and query must be given');
  }
  if (contentType !== undefined && contentType !== 'CSV') throw new OrgRefusal('INVALIDJOB', 'contentType must be CSV');
  for (const [given, served] of [
    [columnDelimiter, 'COMMA'],
    [lineEnding, 'LF'],
  ])
    if (given !== undefined && given !== served) throw new Error(`${String(given)} is not emulated in bulk results`);
  refuseUnsupportedSoql(query);
  return jobs.create({ operation, soql: query, user: callerOf(request).user, apiVersion: versionOf(request) });
}

function versionOf(request: Request): string {
  return callerOf(request).base.slice('/services/data/v'.length);
}

function describeJob(job: QueryJob) {
  return {
    id: job.id,
    operation: job.operation,
    object: /\bFROM\s+(\w+)/i.exec(job.soql)?.[1] ?? '',
    createdById: job.user.id,
    createdDate: apiTime(job.createdAt),
    systemModstamp: apiTime(job.changedAt),
    state: job.state,
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: Number(job.apiVersion),
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
  };
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_get_one_job.htm */
function describeProgress(job: QueryJob) {
  return {
    ...describeJob(job),
    jobType: 'V2Query',
    numberRecordsProcessed: job.rows.length,
    retries: job.retries,
    totalProcessingTime: job.changedAt - job.createdAt,
    isPkChunkingSupported: true,
    ...(job.errorMessage !== undefined && { errorMessage: job.errorMessage }),
  };
}

function apiTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000');
}
