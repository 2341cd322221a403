import type { SalesforceSession } from '../../salesforce/session.ts';
import type { EventWatch } from './event-watch.ts';

/** A busy org spends calls meanwhile: of several tries the quietest counts. */
const TRIES = 3;
/** A handshake, a subscription and a connect. */
const REQUESTS = 3;

/**
 * Whether a subscription spends API calls, by what the org says of its last 24 hours before and after.
 * Others only ever add to it, so that the smallest difference is the best.
 */
export async function countsAsApiCall(
  session: SalesforceSession,
  watch: () => EventWatch,
): Promise<{ isCounted: boolean | undefined; says: string }> {
  let least = Number.POSITIVE_INFINITY;
  for (let left = TRIES; left > 0; left -= 1) {
    const before = await used(session);
    const watching = watch();
    const refusal = await watching.subscribed();
    // The look itself is one.
    const spent = (await used(session)) - before - 1;
    await watching.stop();
    if (refusal === undefined) least = Math.min(least, spent);
  }
  const says = `The quietest of ${TRIES} subscriptions spent ${least} API calls of the org.`;
  if (least < REQUESTS) return { isCounted: least === 0 ? false : undefined, says };
  return { isCounted: least <= REQUESTS * 2 ? true : undefined, says };
}

/** Every answer says it; this one asks for nothing that changes. */
async function used(session: SalesforceSession): Promise<number> {
  await session.request({ call: 'limits', method: 'GET', url: '/limits' });
  return session.apiUsage()?.used ?? Number.NaN;
}
