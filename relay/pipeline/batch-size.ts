/** So many seconds' worth of OneSignal's writes are read together. */
const WRITES_S = 0.4;
/** As many as one query takes. */
const FEWEST = 200;
/** Their snapshots are held until the last of them has had its turn. */
const MOST = 400;

/**
 * How many due records are taken together. Each batch has transactions of its own, and a transaction costs the processor
 * as much as a hundred of its rows: so a fast app gets large ones. A slow one does not: what is read would be old by
 * the time it is sent.
 * @param requestsPerSecond as many as OneSignal may get from us
 */
export function batchSize(requestsPerSecond: number): number {
  return Math.min(MOST, Math.max(FEWEST, Math.floor(requestsPerSecond * WRITES_S)));
}
