import type { Environment } from '../config/environment.ts';
import type { Store } from '../store/store.ts';
import { type Finding, pass, warn } from './check.ts';

const DAY_MS = 86_400_000;
/** OneSignal switches off a stream that fails for long, and an app that sends messages has something to tell each week. */
const QUIET_DAYS = 7;

/** Whether OneSignal tells what people do with messages. An event that came proves that the webhook can be reached. */
export async function checkWebhook(store: Store, { webhook }: Pick<Environment, 'webhook'>): Promise<Finding> {
  if (webhook === undefined) return pass('Not taken: RELAY_WEBHOOK_TOKEN is not set, and nothing depends on it.');
  const at = await store.engagementCameAt();
  if (at === undefined) {
    return warn(
      'The webhook is on, and OneSignal has told of no message yet.',
      'Set up the event stream as docs/engagement.md says, and look at its log in OneSignal for what the relay answered.',
    );
  }
  const days = Math.floor((store.now() - at) / DAY_MS);
  const says = `OneSignal told of a message ${days === 0 ? 'within the last day' : `${days} days ago`}.`;
  if (days < QUIET_DAYS) return pass(says);
  return warn(
    says,
    'If messages were sent since: look in OneSignal, Data > Event Streams, whether the stream is active.',
  );
}
