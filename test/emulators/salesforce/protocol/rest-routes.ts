import express, { Router } from 'express';
import { listVersions } from './api-versions.ts';
import { bulkQueryRoutes } from './bulk-query-routes.ts';
import { collectionRoutes } from './collection-routes.ts';
import type { EmulatedOrg } from './emulated-org.ts';
import { queryRoutes } from './query-routes.ts';
import { recordRoutes } from './record-routes.ts';
import { callerOf, restGate } from './rest-gate.ts';
import { sendNotFound } from './rest-refusal.ts';
import type { RollingAllocation } from './rolling-allocation.ts';

/** Everything under /services/data. */
export function restRoutes(emulated: EmulatedOrg): Router {
  const router = Router();
  router.get('/services/data', (_request, response) => {
    emulated.stats.count('versions');
    response.json(listVersions());
  });
  const resources = Router()
    .use(express.json({ limit: '50mb' }))
    .use(entryRoutes(emulated))
    .use(queryRoutes(emulated))
    .use(collectionRoutes(emulated))
    .use(recordRoutes(emulated))
    .use(bulkQueryRoutes(emulated));
  router.use('/services/data/v:version', restGate(emulated), resources, sendNotFound);
  return router;
}

function entryRoutes(emulated: EmulatedOrg): Router {
  const router = Router();
  router.get('/', (request, response) => {
    emulated.stats.count('resources');
    const { base } = callerOf(request);
    const names = ['query', 'queryAll', 'sobjects', 'composite', 'limits', 'jobs'];
    response.json(Object.fromEntries(names.map((name) => [name, `${base}/${name}`])));
  });
  router.get('/limits', (_request, response) => {
    emulated.stats.count('limits');
    const shown = {
      DailyApiRequests: emulated.apiCalls,
      DailyDeliveredPlatformEvents: emulated.deliveries,
      HourlyPublishedPlatformEvents: emulated.published,
      DailyBulkV2QueryJobs: emulated.bulkQueries,
      DailyBulkV2QueryFileStorageMB: inMegabytes(emulated.bulkResultBytes),
    };
    response.json(
      Object.fromEntries(Object.entries(shown).map(([name, a]) => [name, { Max: a.max, Remaining: a.remaining }])),
    );
  });
  return router;
}

function inMegabytes({ max, remaining }: RollingAllocation): { max: number; remaining: number } {
  const bytes = 1024 * 1024;
  return { max: Math.floor(max / bytes), remaining: Math.floor(remaining / bytes) };
}
