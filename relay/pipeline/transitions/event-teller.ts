import type { Mapping } from '../../mapping/mapping-rows.ts';
import { type StageTransition, transitionKey } from '../../mapping/stage-transition.ts';
import type { OneSignalClient } from '../../onesignal/onesignal-contract.ts';
import type { CustomEvent } from '../../onesignal/onesignal-outcome.ts';
import type { PendingTransition } from '../../store/store.ts';
import type { Gate } from '../gate.ts';
import type { Teller, Told } from './outbox.ts';
import { fateOfRefused } from './refusals.ts';

/** Far from the million bytes that a request may have. */
const MOST_IN_BATCH = 400;
/** https://documentation.onesignal.com/reference/create-custom-events */
const MOST_EVENT_BYTES = 2_024;

export interface TellerOptions {
  client: OneSignalClient;
  gate: Gate;
  mapping: () => Mapping;
}

/** Tells of stage transitions as custom events, for OneSignal's Journeys. */
export function createEventTeller({ client, gate, mapping }: TellerOptions): Teller {
  const tell = async (batch: readonly PendingTransition[], signal: AbortSignal): Promise<Told[]> => {
    const outcome = await client.createEvents(
      batch.map((transition) => eventOf(transition, mapping())),
      { signal },
    );
    if (outcome.kind !== 'events_taken') {
      const fate = await fateOfRefused(outcome, { client, gate }, { signal });
      // One of several is at fault: each is asked for alone.
      if (fate === 'refused' && batch.length > 1) return tellEach(batch, signal);
      return batch.map((transition) => ({ transition, fate }));
    }
    const refused = new Map(outcome.refused.map(({ externalId, code }) => [externalId, code]));
    return batch.map((transition) => {
      const code = refused.get(transition.userKey);
      if (code === undefined) return { transition, fate: 'told' };
      // OneSignal may not see everywhere yet a user that was just made.
      return { transition, fate: code === 'not found' ? { retryAfterMs: 0 } : 'refused' };
    });
  };

  const tellEach = async (batch: readonly PendingTransition[], signal: AbortSignal): Promise<Told[]> => {
    const told: Told[] = [];
    for (const transition of batch) told.push(...(await tell([transition], signal)));
    return told;
  };

  return {
    kind: 'event',
    name: 'custom events',
    limit: MOST_IN_BATCH,
    whyNot(transition) {
      if (!mapping().customEvents[transition.object].has(transition.stage)) return 'unmapped';
      const event = eventOf({ ...transition, userKey: '', attempts: 0 }, mapping());
      return Buffer.byteLength(JSON.stringify(event)) > MOST_EVENT_BYTES - LONGEST_EXTERNAL_ID ? 'too_long' : undefined;
    },
    // The answer names users and not events: a further one of the same user has to wait.
    tell: (transitions, signal) => tell(firstOfEachUser(transitions), signal),
  };
}

/** Characters of four bytes, at most 128. */
const LONGEST_EXTERNAL_ID = 512;

function firstOfEachUser(transitions: readonly PendingTransition[]): PendingTransition[] {
  const first = new Map<string, PendingTransition>();
  for (const transition of transitions) if (!first.has(transition.userKey)) first.set(transition.userKey, transition);
  return [...first.values()];
}

function eventOf(transition: PendingTransition, mapping: Mapping): CustomEvent {
  const { object, stage, recordId, userKey, at } = transition;
  return {
    name: mapping.customEvents[object].get(stage) ?? '',
    external_id: userKey,
    timestamp: new Date(at * 1000).toISOString(),
    idempotency_key: transitionKey(transition),
    properties: { ...stagesOf(transition, mapping), object, record_id: recordId },
  };
}

/** From which lifecycle stage to which; a record that was created in its stage comes from none. */
export function stagesOf({ object, stage, priorStage }: StageTransition, mapping: Mapping): Record<string, string> {
  const nameOf = (raw: string) => mapping.stages[object].get(raw) ?? raw;
  return { ...(priorStage === null ? {} : { from: nameOf(priorStage) }), to: nameOf(stage) };
}
