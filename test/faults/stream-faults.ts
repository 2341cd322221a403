import type { StreamEnd } from '../../relay/salesforce/streaming/stream-ends.ts';
import { accepted, type BayeuxMessage, refused, serverBusy } from '../emulators/salesforce/protocol/bayeux-replies.ts';
import type { Fault } from './fault.ts';
import type { Step } from './step.ts';
import { PAGE, type Strike } from './strike.ts';

type NotHere = { readonly notHere: string };
type StreamFault = {
  name: string;
  strike: Strike;
  at?: readonly string[];
  whyElse?: string;
  /** What the log gives as why the stream ended, where it is not the name of the end. */
  reason?: string;
  /** The story in which a client comes back begins with the same end, which the log does not say twice. */
  beginsAlike?: true;
};

/** Longer than the relay waits for any answer of the stream here. */
const SILENCE_MS = 30_000;
const LEAVING = 'stream.disconnect';
const NO_SESSION_YET = 'Salesforce can forget a client only after its handshake';

/** By why a client has to go. */
const BY_END: Readonly<Record<StreamEnd, readonly StreamFault[] | NotHere>> = {
  unauthorized: [
    { name: 'tokens revoked', strike: changes(({ salesforce }) => salesforce.faults.revokeTokens()) },
    { name: 'HTTP 401, a page', strike: () => ({ ...PAGE, status: 401 }) },
    {
      name: 'HTTP 401, JSON',
      strike: () => ({ kind: 'answer', status: 401, body: [{ errorCode: 'INVALID_SESSION_ID' }] }),
    },
  ],
  session_lost: [
    {
      name: 'client forgotten, advice handshake',
      strike: changes(({ salesforce }) => salesforce.faults.forgetClients({ advice: 'handshake' })),
      at: ['subscribe', 'connect', 'delivery', 'disconnect'],
      whyElse: NO_SESSION_YET,
      beginsAlike: true,
    },
    {
      name: 'client forgotten, advice none',
      strike: changes(({ salesforce }) => salesforce.faults.forgetClients({ advice: 'none' })),
      at: ['subscribe', 'connect', 'delivery', 'disconnect'],
      whyElse: NO_SESSION_YET,
      beginsAlike: true,
    },
  ],
  replay_lost: [
    {
      name: 'replay window lost',
      strike: changes(({ salesforce }) => salesforce.faults.loseReplayWindow()),
      at: ['handshake', 'subscribe'],
      whyElse: 'only a subscription names a place in the window',
    },
    {
      name: 'org moved',
      strike: changes(({ org }) => org.orgMoved()),
      at: ['handshake', 'subscribe'],
      whyElse: 'only a subscription names a place in the window',
    },
  ],
  allocation_spent: { notHere: 'no single request is struck by it: “deliveries spent”, below, at every step' },
  denied: [
    {
      name: 'subscription denied',
      strike: refuses('403:denied_by_security_policy:subscribe_denied'),
      at: ['subscribe'],
      whyElse: 'it is said of a subscription only',
    },
  ],
  busy: [
    { name: 'HTTP 503, a page', strike: () => PAGE },
    {
      name: 'server too busy',
      strike: ({ body }) => ({ kind: 'answer', status: 200, body: messagesOf(body).map(serverBusy) }),
      at: ['handshake', 'subscribe', 'connect', 'disconnect'],
      whyElse: 'an answer that says so brings no events',
    },
    {
      name: 'handshake denied, interval 0',
      strike: changes(({ salesforce }) => salesforce.faults.denyHandshakes({ times: 1, interval: 0 })),
      at: ['handshake'],
      whyElse: 'it is said of a handshake only',
    },
    {
      name: 'handshake denied, reconnect none',
      strike: changes(({ salesforce }) => salesforce.faults.denyHandshakes({ times: 1, reconnect: 'none' })),
      at: ['handshake'],
      whyElse: 'it is said of a handshake only',
    },
  ],
  unusable_reply: [
    { name: 'HTTP 200, a page', strike: () => ({ ...PAGE, status: 200 }) },
    { name: 'HTTP 404, a page', strike: () => ({ ...PAGE, status: 404 }) },
  ],
  silent: [{ name: 'silence', strike: () => ({ kind: 'stall', ms: SILENCE_MS }) }],
  connection_lost: [
    {
      name: 'reset: before it is done',
      strike: () => ({ kind: 'reset' }),
      at: ['handshake', 'subscribe', 'connect', 'disconnect'],
      whyElse: 'a delivery is done when it is known to be one',
    },
    { name: 'reset: after it is done', strike: () => ({ kind: 'lost' }) },
    { name: 'broken off', strike: () => ({ kind: 'cut' }) },
  ],
  intake_failed: { notHere: 'it is no answer of Salesforce: “the store takes no events”, below' },
  login_failed: [
    {
      name: 'tokens revoked, and the next login refused',
      reason: 'SALESFORCE_LOGIN_REFUSED',
      strike: changes(({ salesforce }) => {
        const refusal = { status: 400, body: '{"error":"invalid_grant"}', contentType: 'application/json' };
        salesforce.faults.answerHttp(1, { on: 'token', ...refusal });
        salesforce.faults.revokeTokens();
      }),
    },
  ],
  store_failed: { notHere: 'the store fails at `cursor` and `dropCursor`, below' },
  defect: { notHere: 'nothing outside the relay causes an error that nobody foresaw' },
};

export const STREAM_FAULTS: readonly Fault[] = Object.entries(BY_END).flatMap(([end, faults]) =>
  'notHere' in faults ? [] : faults.map((fault) => complete(end, fault)),
);

export const STREAM_NOT_HERE: readonly (readonly [string, string])[] = Object.entries(BY_END).flatMap(
  ([end, faults]) => ('notHere' in faults ? [[end, faults.notHere] as const] : []),
);

function complete(end: string, { name, strike, at, whyElse, reason = end, beginsAlike }: StreamFault): Fault {
  return {
    name: `stream: ${name}`,
    group: 'stream',
    ...(beginsAlike && { scene: ({ scene }: Step) => (scene === 'resumed' ? 'reconnected' : undefined) }),
    effect: { kind: 'request', strike },
    ending: () => 'right',
    // A relay that is leaving asks nothing more of the stream.
    shows: (step) => (step.name === LEAVING ? undefined : reason),
    whyNot(step: Step) {
      if (step.side !== 'stream') return 'it is an end of the stream, and the relay asks somebody else there';
      return at === undefined || at.some((one) => step.name === `stream.${one}`) ? undefined : whyElse;
    },
  };
}

function changes(change: (world: Parameters<Strike>[1]) => void): Strike {
  return (_request, world) => {
    change(world);
    return undefined;
  };
}

function refuses(error: string): Strike {
  return ({ body }) => ({
    kind: 'answer',
    status: 200,
    body: messagesOf(body).map((message) =>
      message.channel === '/meta/subscribe' ? refused(message, error) : accepted(message),
    ),
  });
}

function messagesOf(body: string): BayeuxMessage[] {
  const parsed = JSON.parse(body) as BayeuxMessage | BayeuxMessage[];
  return Array.isArray(parsed) ? parsed : [parsed];
}
