import express, { type Express, type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import type { Environment } from '../../config/environment.ts';
import { RelayError } from '../../config/relay-error.ts';
import type { RelayView } from '../../pipeline/relay-view.ts';
import { type Clocks, createAccess } from './access.ts';
import { answerErrors, invalid } from './api-errors.ts';
import type { AlertView } from './contract.ts';
import { readConversions } from './conversions.ts';
import { failures, retry } from './failures.ts';
import { history } from './history.ts';
import { createLiveUpdates } from './live-updates.ts';
import { createMappingDesk } from './mapping-view.ts';
import { createOverviewDesk } from './overview.ts';
import { mountPage } from './page-files.ts';
import { preview } from './preview.ts';
import { recordStory } from './record-story.ts';
import { search } from './search.ts';

export interface ConsoleOptions {
  environment: Environment;
  /** Of the source it was built from; null where that is not known. */
  commit: string | null;
  /** Undefined until the store is open. */
  view(): RelayView | undefined;
  /** Conditions that hold now. */
  alerts?(): readonly AlertView[];
  clocks?: Clocks;
  /** Where the built page is; that of this package without it. */
  pageFolder?: string;
  /** Something that no route may throw was thrown. */
  onDefect?(error: unknown): void;
}

const SYSTEM_CLOCKS: Clocks = { now: Date.now, elapsed: () => performance.now() };

const HOURS = z.object({ hours: z.coerce.number().int().min(1).max(168).default(24) });
const DAYS = z.object({ days: z.coerce.number().int().min(1).max(365).default(30) });
const FAILURES = z.object({ reason: z.string().max(40).optional(), after: z.string().max(18).optional() });
const SEARCH = z.object({ q: z.string().trim().min(1).max(200) });
const RECORD_ID = z.string().min(1).max(18);
const RETRY = z.strictObject({
  recordIds: z.array(RECORD_ID).min(1).max(1_000).optional(),
  reason: z.string().max(40).optional(),
});
const PREVIEW = z.strictObject({ recordIds: z.array(RECORD_ID).min(1).max(20) });

/** Mounts the page at `/console` and what it asks for at `/api`; neither is there without RELAY_ADMIN_TOKEN. */
export function consoleRoutes(options: ConsoleOptions): (app: Express) => void {
  const { environment, clocks = SYSTEM_CLOCKS, pageFolder } = options;
  const { adminToken } = environment;
  return (app) => {
    if (adminToken === undefined) return;
    mountPage(app, pageFolder);
    const access = createAccess(adminToken, clocks);
    const router = express.Router();
    router.use((_request, response, next) => {
      response.set('cache-control', 'no-store');
      next();
    });
    router.use(express.json({ limit: '64kb' }));
    router.post('/login', access.login);
    router.post('/logout', access.logout);
    router.use(access.guard);
    mountViews(router, options, clocks, access.isAllowed);
    router.use(() => {
      throw new RelayError('CONSOLE_NOT_FOUND', 'The API has nothing at this address.');
    });
    router.use(answerErrors(options.onDefect));
    app.use('/api', router);
  };
}

function mountViews(
  router: Router,
  options: ConsoleOptions,
  { elapsed }: Clocks,
  isAllowed: (request: Request) => boolean,
): void {
  const { environment, commit, alerts = () => [] } = options;
  const open = (): RelayView => {
    const view = options.view();
    if (view === undefined) throw new RelayError('RELAY_STARTING', 'The relay is starting.');
    return view;
  };
  /** Made with the first request that finds the store open. */
  const desks = once(() => {
    const view = open();
    const overview = createOverviewDesk({ environment, commit, view, alerts }, elapsed);
    return {
      overview,
      mapping: createMappingDesk(view, elapsed),
      live: createLiveUpdates({ desk: overview, isAllowed }),
    };
  });
  const get = (path: string, answer: (request: Request) => Promise<object>) =>
    router.get(path, async (request, response) => void response.json(await answer(request)));
  const post = (path: string, answer: (request: Request) => Promise<object>) =>
    router.post(path, async (request, response) => void response.json(await answer(request)));

  get('/overview', () => desks().overview.look());
  router.get('/live', (request: Request, response: Response) => desks().live.watch(request, response));
  get('/history', ({ query }) => history(open(), read(HOURS, query, 'hours is a number from 1 to 168.').hours));
  get('/failures', ({ query }) => failures(open(), read(FAILURES, query, 'reason and after are texts.')));
  post('/failures/retry', ({ body }) =>
    retry(open(), read(RETRY, body, 'A retry is {"recordIds": […], "reason": "…"}.')),
  );
  get('/search', ({ query }) => search(open(), read(SEARCH, query, 'q is a text of up to 200 characters.').q));
  get('/records/:id', ({ params }) => recordStory(String(params.id), open()));
  get('/mapping', () => desks().mapping.look());
  post('/preview', ({ body }) =>
    preview(open(), read(PREVIEW, body, 'A preview is {"recordIds": […]}, of 1 to 20 records.')),
  );
  get('/conversions', ({ query }) => {
    const { days } = read(DAYS, query, 'days is a number from 1 to 365.');
    return readConversions(open().store, { days, influenceHours: environment.influenceHours });
  });
}

function read<T>(schema: z.ZodType<T>, given: unknown, what: string): T {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw invalid(what);
  return parsed.data;
}

/** What it makes the first time it can. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
