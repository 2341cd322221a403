import type { SalesforceSession } from '../salesforce/session.ts';
import { createCometdSource, type StreamTiming } from '../salesforce/streaming/cometd-source.ts';
import { type Finding, fail, pass } from './check.ts';

/** Far longer than a handshake and a subscribe take. */
const PATIENCE_MS = 20_000;

/** Subscribes to what comes from now on, and leaves again: no event that the relay is to get is taken. */
export async function checkStream(
  session: SalesforceSession,
  channel: string,
  timing?: Partial<StreamTiming>,
  patienceMs = PATIENCE_MS,
): Promise<Finding> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  let lastReason = 'no answer';
  const source = createCometdSource({
    session,
    channel,
    timing,
    handlers: {
      readCursor: () => Promise.resolve(undefined),
      onEvents: () => Promise.resolve(),
      onReplayLost: () => Promise.resolve(),
      onAlive: () => undefined,
      onState(state, reason) {
        lastReason = reason ?? lastReason;
        if (state === 'subscribed') resolve(undefined);
        if (state === 'waiting') resolve(lastReason);
      },
    },
  });
  const giveUp = setTimeout(() => resolve(lastReason), patienceMs);
  source.start();
  const problem = await promise;
  clearTimeout(giveUp);
  await source.stop();
  if (problem === undefined) return pass(`Salesforce takes a subscription to ${channel}.`);
  return fail(
    `Salesforce takes no subscription to ${channel}: ${problem}.`,
    'Look the reason up in docs/stream.md. The integration user needs Read on the event, which “OneSignal Relay” gives.',
  );
}
