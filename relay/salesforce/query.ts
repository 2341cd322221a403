import { z } from 'zod';
import { RelayError } from '../config/relay-error.ts';
import type { SalesforceSession } from './session.ts';

export type Row = Readonly<Record<string, unknown>>;

const PAGE = z.object({
  done: z.boolean(),
  nextRecordsUrl: z.string().optional(),
  records: z.array(z.record(z.string(), z.unknown())),
});

/** Pages of a query, up to 2,000 rows each. `queryAll` also shows the recycle bin. Rejects with RelayError. */
export async function* queryPages(
  session: SalesforceSession,
  call: 'query' | 'queryAll',
  soql: string,
): AsyncGenerator<Row[]> {
  let url: string | undefined = `/${call}?q=${encodeURIComponent(soql)}`;
  while (url !== undefined) {
    const page = PAGE.safeParse(await session.request({ call, method: 'GET', url }));
    if (!page.success)
      throw new RelayError('SALESFORCE_REQUEST_FAILED', 'Salesforce answered a query in a form that is not known.');
    yield page.data.records;
    url = page.data.done ? undefined : page.data.nextRecordsUrl;
  }
}

/** All rows of a query that is known to be small. */
export async function queryRows(session: SalesforceSession, call: 'query' | 'queryAll', soql: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of queryPages(session, call, soql)) rows.push(...page);
  return rows;
}
