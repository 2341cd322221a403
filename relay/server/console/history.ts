import { spansOf } from '../../pipeline/history/minute-counts.ts';
import type { RelayView } from '../../pipeline/relay-view.ts';
import type { History } from './contract.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The last hours, in spans that a chart has room for. @throws RelayError STORE_FAILED */
export async function history(
  { store, history }: Pick<RelayView, 'store' | 'history'>,
  hours: number,
): Promise<History> {
  const stepMs = hours <= 6 ? MINUTE_MS : hours <= 24 ? 5 * MINUTE_MS : 30 * MINUTE_MS;
  const minutes = await history.minutes(store.now() - hours * HOUR_MS);
  const points = spansOf(minutes, stepMs).map(({ latency, ...span }) => ({ ...span, latency: latency ?? null }));
  return { stepMs, points };
}
