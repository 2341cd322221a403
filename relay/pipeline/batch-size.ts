import { IDS_A_QUERY } from '../salesforce/soql.ts';

/** So many seconds' worth of OneSignal's writes are read together. */
const WRITES_S = 0.4;
/** What they read is held until the last record of them has had its turn. */
const MOST_QUERIES = 2;

/**
 * How many due records are taken together: as many as full queries read. Each batch has transactions of its own, and a
 * transaction costs the processor as much as a hundred of its rows: so a fast app gets large ones. A slow one does not:
 * what is read would be old by the time it is sent.
 * @param requestsPerSecond as many as OneSignal may get from us
 */
export function batchSize(requestsPerSecond: number): number {
  const queries = Math.floor((requestsPerSecond * WRITES_S) / IDS_A_QUERY);
  return IDS_A_QUERY * Math.min(MOST_QUERIES, Math.max(1, queries));
}
