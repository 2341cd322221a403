import { isRelayError } from '../../config/relay-error.ts';
import { queryPages } from '../../salesforce/query.ts';
import type { Store } from '../../store/store.ts';
import type { Reading } from '../open-reading.ts';
import type { BackfillOptions } from './backfill-options.ts';
import { countQuery } from './backfill-query.ts';

/**
 * How many records a backfill would look at, at most: some of them may have their verdict.
 * @returns undefined where Salesforce can't count them in time
 * @throws RelayError as the queries do
 */
export async function countToBackfill(
  { session, setup }: Reading,
  store: Store,
  options: BackfillOptions,
): Promise<number | undefined> {
  await setup.refresh();
  if (options.scope === 'changed') return store.countUnderOtherMapping(setup.mapping.version);
  let count = 0;
  try {
    for (const object of options.objects)
      for await (const { total } of queryPages(session, 'query', countQuery(object, options))) count += total;
  } catch (error) {
    if (!isRelayError(error) || error.code !== 'SALESFORCE_TIMEOUT') throw error;
    return undefined;
  }
  return count;
}
