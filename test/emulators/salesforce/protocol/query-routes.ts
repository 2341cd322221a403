import { type Request, type Response, Router } from 'express';
import type { OrgUser, QueryResult } from '../org-contract.ts';
import type { EmulatedOrg } from './emulated-org.ts';
import { callerOf } from './rest-gate.ts';
import { sendRefusal } from './rest-refusal.ts';
import { isTooSlow } from './slow-queries.ts';

/** Rows a page: 2,000 unless `Sforce-Query-Options: batchSize=` asks for 200 to 2,000. */
const largestPage = 2000;
const smallestPage = 200;

interface Cursor {
  found: QueryResult;
  user: OrgUser;
  pageSize: number;
}

/** query, queryAll and their next pages, each page one API call. */
export function queryRoutes(emulated: EmulatedOrg): Router {
  const cursors = new Map<string, Cursor>();
  let locators = 0;
  const router = Router();

  const start = (all: boolean) => (request: Request, response: Response) => {
    emulated.stats.count(all ? 'queryAll' : 'query');
    const soql = request.query.q;
    if (typeof soql !== 'string' || soql === '') {
      sendRefusal(response, 400, 'MALFORMED_QUERY', 'unexpected token: <EOF>');
      return;
    }
    const { user } = callerOf(request);
    const found = emulated.org.open(soql, user, { all });
    if (found.isCount) {
      response.json({ totalSize: found.total, done: true, records: [] });
      return;
    }
    const { slowQueries } = emulated.faults;
    if (slowQueries && isTooSlow(slowQueries, soql, found.total, emulated.org.now())) {
      const { status, contentType, body } = slowQueries.answer;
      response.status(status).set('Content-Type', contentType).send(body);
      return;
    }
    const cursor = { found, user, pageSize: pageSize(request) };
    locators += 1;
    const locator = `01g${emulated.org.id.slice(3, 9)}${String(locators).padStart(9, '0')}`;
    if (found.total > cursor.pageSize) cursors.set(locator, cursor);
    sendPage(request, response, locator, cursor, 0);
  };
  router.get('/query', start(false));
  router.get('/queryAll', start(true));

  router.get(['/query/:locator', '/queryAll/:locator'], (request, response) => {
    emulated.stats.count('queryMore');
    const [, locator = '', offset] = /^(\w+)-(\d+)$/.exec(String(request.params.locator)) ?? [];
    if (emulated.faults.takeExpiredLocator()) cursors.delete(locator);
    const cursor = cursors.get(locator);
    if (!cursor || cursor.user.id !== callerOf(request).user.id || Number(offset) >= cursor.found.total) {
      sendRefusal(response, 400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
      return;
    }
    sendPage(request, response, locator, cursor, Number(offset));
  });
  return router;
}

function sendPage(request: Request, response: Response, locator: string, cursor: Cursor, offset: number): void {
  const end = offset + cursor.pageSize;
  const done = end >= cursor.found.total;
  response.json({
    totalSize: cursor.found.total,
    done,
    ...(done ? {} : { nextRecordsUrl: `${callerOf(request).base}/query/${locator}-${end}` }),
    records: cursor.found.page(offset, end),
  });
}

function pageSize(request: Request): number {
  const asked = /batchSize=(\d+)/.exec(request.get('Sforce-Query-Options') ?? '')?.[1];
  return asked === undefined ? largestPage : Math.min(largestPage, Math.max(smallestPage, Number(asked)));
}
