import type { Connection } from 'jsforce';
import { readStageChange } from '../../../relay/pipeline/stage-change.ts';
import type { StreamEvent } from '../../../relay/salesforce/streaming/event-source.ts';
import type { FayeExtension } from '../../../relay/salesforce/streaming/faye-client.ts';
import { startStreamClient } from '../../../relay/salesforce/streaming/stream-client.ts';
import { STREAM_ENDS, type StreamEnd } from '../../../relay/salesforce/streaming/stream-ends.ts';
import type { Chance } from '../chance.ts';
import type { Find, FuzzKind } from '../fuzz-kind.ts';
import { anyJson, mutated, nastyText, personalText, recordId } from '../hostile.ts';

const CHANNEL = '/event/OneSignal_Stage_Change__e';
const TIMING = { firstAnswerMs: 60_000, nextConnectMs: 40_000, intakeMs: 35_000, writesPerSecond: 1_000 };
const REFUSED = { channel: '/meta/connect', successful: false, error: '401::Authentication invalid' };

/** Bayeux messages: handshakes, polls, events of ours and of others, refusals, and what no Bayeux server says. */
export function cometdRepliesKind(): FuzzKind {
  return {
    name: 'cometd reply',
    weight: 8,
    async play(chance, find) {
      const heard: Heard = { events: [], ends: [] };
      const receive = startClient(heard, find);
      for (const message of chance.some(5, () => anyMessage(chance))) receive(message);
      receive(REFUSED);
      const { length } = heard.events;
      receive(eventMessage(chance));
      await new Promise((resolve) => setImmediate(resolve));
      if (heard.ends.length !== 1) find(`a client that ended ${heard.ends.length} times`);
      for (const end of heard.ends) if (!STREAM_ENDS.includes(end)) find('an end that is none');
      if (heard.events.length < length) find('events were taken back');
      for (const { replayId, payload } of heard.events) {
        if (replayId !== undefined && !['string', 'number'].includes(typeof JSON.parse(replayId)))
          find('a replay id that is none');
        readStageChange(payload);
      }
      return heard.ends[0] ?? 'no end';
    },
  };
}

interface Heard {
  events: StreamEvent[];
  ends: StreamEnd[];
}

/** The relay's client on a connection that only remembers what it was given. */
function startClient(heard: Heard, find: Find): (message: unknown) => void {
  let extension: FayeExtension | undefined;
  const dispatcher = {
    _envelopes: new Map(),
    _sendEnvelope: () => undefined,
    handleResponse: (message: unknown) => extension?.incoming(message, () => undefined),
    handleError: () => undefined,
    close: () => undefined,
  };
  const faye = {
    _dispatcher: dispatcher,
    disable: () => undefined,
    subscribe: () => undefined,
    disconnect: () => undefined,
  };
  const createClient = ([given]: FayeExtension[]) => {
    extension = given;
    return faye;
  };
  startStreamClient({
    connection: { streaming: { createClient } } as unknown as Connection,
    channel: CHANNEL,
    cursor: '5',
    timing: TIMING,
    onEvents(events) {
      if (heard.ends.length > 0) find('events from a client that has ended');
      heard.events.push(...events);
      return Promise.resolve();
    },
    onSubscribed: () => undefined,
    onAlive: () => undefined,
    onEnd: (end) => void heard.ends.push(end),
  });
  if (extension === undefined) throw new Error('The client was given no extension.');
  // By the way that faye's own client takes, with what the relay put into it.
  return (message) => dispatcher.handleResponse(message);
}

function eventMessage(chance: Chance): unknown {
  const payload = { Record_Id__c: recordId(chance, 'Lead'), Object_Name__c: 'Lead', Stage__c: personalText(chance) };
  const event = { replayId: chance.oneOf([7, '7', null, {}, nastyText(chance)]), EventUuid: nastyText(chance) };
  return { channel: chance.happens(0.8) ? CHANNEL : nastyText(chance), data: { schema: 'x', payload, event } };
}

function anyMessage(chance: Chance): unknown {
  const refusal = chance.oneOf([
    '401::Authentication invalid',
    '403::Unknown client',
    '400::The replayId {1} you provided was invalid.',
    '403::Organization total events daily limit exceeded',
    personalText(chance),
  ]);
  const meta = {
    channel: chance.oneOf(['/meta/handshake', '/meta/connect', '/meta/subscribe', '/meta/disconnect', '/meta/x']),
    successful: chance.happens(0.8),
    error: chance.oneOf([undefined, refusal]),
    advice: chance.oneOf([
      undefined,
      { reconnect: 'retry', timeout: 110_000, interval: 0 },
      { reconnect: 'none' },
      anyJson(chance, 1),
    ]),
    ext: chance.oneOf([undefined, { sfdc: { failureReason: refusal } }, anyJson(chance, 1)]),
  };
  return mutated(chance.oneOf<unknown>([meta, meta, eventMessage(chance), anyJson(chance)]), chance, 0.03);
}
