import { transitionKey } from '../../mapping/stage-transition.ts';
import type { PendingTransition } from '../../store/store.ts';
import { stagesOf, type TellerOptions } from './event-teller.ts';
import type { Teller, Told } from './outbox.ts';
import { fateOfRefused } from './refusals.ts';

/** A message is a request of its own; OneSignal's Free plan takes 150 a second (https://documentation.onesignal.com/reference/rate-limits). */
const MOST_AT_ONCE = 10;

/** Sends the message that the mapping names for a stage, to the one person who came into it. */
export function createMessageTeller({ client, gate, mapping }: TellerOptions): Teller {
  const tellOne = async (transition: PendingTransition, signal: AbortSignal): Promise<Told[]> => {
    const { object, stage, userKey } = transition;
    const message = mapping().messages[object].get(stage);
    if (message === undefined) return [{ transition, fate: 'unmapped' }];
    const outcome = await client.sendMessage(
      {
        externalId: userKey,
        ...message,
        key: transitionKey(transition),
        customData: { ...stagesOf(transition, mapping()), object },
      },
      { signal },
    );
    if (outcome.kind === 'message_sent') return [{ transition, fate: 'told' }];
    if (outcome.kind === 'message_not_sent') return [{ transition, fate: 'not_subscribed' }];
    return [{ transition, fate: await fateOfRefused(outcome, { client, gate }, { signal }) }];
  };

  return {
    kind: 'message',
    name: 'messages',
    limit: MOST_AT_ONCE,
    whyNot: ({ object, stage }) => (mapping().messages[object].has(stage) ? undefined : 'unmapped'),
    tell: async (transitions, signal) =>
      (await Promise.all(transitions.map((transition) => tellOne(transition, signal)))).flat(),
  };
}
