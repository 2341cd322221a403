import { z } from 'zod';
import { RelayError } from '../config/relay-error.ts';
import type { SalesforceSession } from './session.ts';

export type Row = Readonly<Record<string, unknown>>;

/** The next page is asked for with the token: not of another host. */
const ON_THE_INSTANCE = '/services/data/';

/** As it came: a copy of each would cost as much again as reading them. */
const ROW = z.custom<Row>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const CONTENT = { totalSize: z.number(), records: z.array(ROW) };
const PAGE = z.discriminatedUnion('done', [
  z.object({ ...CONTENT, done: z.literal(true) }),
  z.object({ ...CONTENT, done: z.literal(false), nextRecordsUrl: z.string().startsWith(ON_THE_INSTANCE) }),
]);

export interface QueryPage {
  rows: Row[];
  /** Rows of all pages of the query together. */
  total: number;
}

/** Pages of a query, up to 2,000 rows each. `queryAll` also shows the recycle bin. Rejects with RelayError. */
export async function* queryPages(
  session: SalesforceSession,
  call: 'query' | 'queryAll',
  soql: string,
): AsyncGenerator<QueryPage> {
  let url: string | undefined = `/${call}?q=${encodeURIComponent(soql)}`;
  while (url !== undefined) {
    const page = PAGE.safeParse(await session.request({ call, method: 'GET', url }));
    if (!page.success)
      throw new RelayError('SALESFORCE_REQUEST_FAILED', 'Salesforce answered a query in a form that is not known.');
    yield { rows: page.data.records, total: page.data.totalSize };
    url = page.data.done ? undefined : page.data.nextRecordsUrl;
  }
}

/** All rows of a query that is known to be small. */
export async function queryRows(session: SalesforceSession, call: 'query' | 'queryAll', soql: string): Promise<Row[]> {
  const all: Row[] = [];
  for await (const { rows } of queryPages(session, call, soql)) all.push(...rows);
  return all;
}
