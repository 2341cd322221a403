import type { EventSource, StreamHandlers } from '../../relay/salesforce/streaming/event-source.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** Between two looks for events, ms, at most. */
const LOOK_MS = 1_000;

/**
 * The stream from the cursor on, one delivery after the other, as the handlers are promised. A delivery can repeat what
 * came before, as after a reconnect.
 * @param losesReplay Salesforce has forgotten the cursor
 * @param onGap told up to which replay id the subscription left events to reconcile
 */
export function simulatedSource(
  world: SimulatedWorld,
  org: { readonly events: readonly { replayId: number; payload: Record<string, unknown> }[] },
  handlers: StreamHandlers,
  { losesReplay, onGap }: { losesReplay: boolean; onGap(lastReplayId: number): void },
): EventSource {
  const stopping = new AbortController();
  const { life } = world;

  const subscribe = async (): Promise<number> => {
    handlers.onState('connecting', undefined, true);
    if (losesReplay) {
      handlers.onState('replay_lost', 'replay_lost', true);
      await handlers.onReplayLost();
    }
    const cursor = await handlers.readCursor();
    const position = cursor === undefined ? org.events.length : Number(cursor);
    if (cursor === undefined) onGap(position);
    handlers.onState('subscribed', undefined, true);
    return position;
  };

  const look = (position: number) => {
    world.answer(life, 1 + world.upTo(LOOK_MS), () => {
      if (!stopping.signal.aborted) deliver(position).then(look, (error) => world.find(`the intake ended: ${error}`));
    });
  };

  const deliver = async (position: number): Promise<number> => {
    handlers.onAlive();
    const isDoubled = position > 0 && world.goesWrong('doubled');
    const from = isDoubled ? world.upTo(position) : position;
    const batch = org.events.slice(from, from + 1 + world.upTo(5));
    if (batch.length === 0 || world.isOut('salesforce')) return position;
    world.note(`events ${from + 1} to ${from + batch.length} are delivered`);
    const events = batch.map(({ replayId, payload }) => ({ replayId: String(replayId), payload }));
    await handlers.onEvents(events, stopping.signal);
    return from + batch.length;
  };

  return {
    start: () => void subscribe().then(look, (error) => world.find(`the subscription failed: ${error}`)),
    async stop() {
      stopping.abort();
    },
  };
}
