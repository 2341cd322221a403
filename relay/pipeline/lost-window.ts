import type { StreamState } from '../salesforce/streaming/event-source.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Reconcile } from './reconcile.ts';

export interface LostWindow extends Pick<Reconcile, 'run'> {
  /** Told of every state of the stream. */
  onStream(state: StreamState): void;
}

/**
 * Says how much the stream missed where Salesforce had lost its place. On a quiet org that is nothing, and no alarm:
 * only what a pass of reconcile then finds is worth a warning. The window is closed by the first whole pass that began
 * after the new subscription was acknowledged.
 */
export function createLostWindow(reconcile: Pick<Reconcile, 'run'>, logger: Logger): LostWindow {
  let [losses, closed] = [0, 0];
  let isSubscribed = false;
  return {
    onStream(state) {
      if (state === 'replay_lost') losses += 1;
      isSubscribed = state === 'subscribed';
    },
    async run(options) {
      const closes = isSubscribed ? losses : closed;
      const result = await reconcile.run(options);
      if (closed < losses && result.due > 0)
        logger.warn('Salesforce had lost the stream’s place; reconcile found what changed meanwhile.', {
          records: result.due,
        });
      if (result.isComplete) closed = closes;
      return result;
    },
  };
}
