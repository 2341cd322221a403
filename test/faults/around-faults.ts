import { RelayError } from '../../relay/config/relay-error.ts';
import type { Asked, Effect, Fault, Lasting } from './fault.ts';
import type { Step } from './step.ts';
import { PAGE } from './strike.ts';

const SHORT_WHILE_MS = 1_000;
/** Longer than the relay waits for an answer of the stream here. */
const SILENCE_MS = 20_000;
/** The relay opens its store's part, and then the stream, after these. */
const BEFORE_JOINING = [
  'salesforce.token',
  'salesforce.query setup',
  'salesforce.describe',
  'store.bind',
  'store.join',
];

const storeFailed = () => new RelayError('STORE_FAILED', 'The disk is full.');
const isOfSalesforce = ({ step }: Asked) => step.startsWith('salesforce.') || step.startsWith('stream.');
const isOfOneSignal = ({ step }: Asked) => step.startsWith('onesignal.');
const isOfStream = ({ step }: Asked) => step.startsWith('stream.');
const isWaitingPoll = ({ step, isAnswered }: Asked) => step === 'stream.connect' && !isAnswered;

/** What happens around the relay while it stands anywhere. */
export const AROUND_FAULTS: readonly Fault[] = [
  around('OneSignal answers 503', {
    kind: 'lasting',
    leastMs: SHORT_WHILE_MS,
    treat: (asked) => (isOfOneSignal(asked) ? PAGE : undefined),
    met: { by: 'treatment' },
  }),
  around('OneSignal resets connections', {
    kind: 'lasting',
    leastMs: SHORT_WHILE_MS,
    treat: (asked) => (isOfOneSignal(asked) ? { kind: 'reset' } : undefined),
    met: { by: 'treatment' },
  }),
  around('Salesforce answers 503', {
    kind: 'lasting',
    leastMs: SHORT_WHILE_MS,
    treat: (asked) => (isOfSalesforce(asked) ? PAGE : undefined),
    met: { by: 'treatment' },
  }),
  around('Salesforce resets connections', {
    kind: 'lasting',
    leastMs: SHORT_WHILE_MS,
    begin: ({ salesforce }) => salesforce.faults.resetSockets(),
    treat: (asked) => (isOfSalesforce(asked) ? { kind: 'reset' } : undefined),
    met: { by: 'treatment' },
  }),
  around(
    'tokens revoked',
    {
      kind: 'lasting',
      begin: ({ salesforce }) => salesforce.faults.revokeTokens(),
      met: { by: 'answer', says: /INVALID_SESSION_ID|401::/ },
    },
    ({ name }) => {
      if (name === 'salesforce.token') return 'the login gives out a new token after that';
      return name === 'store.leave'
        ? 'nothing more is asked of Salesforce, and the next start begins with a login'
        : undefined;
    },
  ),
  around('tokens revoked, and logins refused', {
    kind: 'lasting',
    leastMs: SHORT_WHILE_MS,
    begin: ({ salesforce }) => salesforce.faults.revokeTokens(),
    treat: ({ step, isAnswered }) =>
      step === 'salesforce.token' && !isAnswered
        ? { kind: 'answer', status: 400, body: { error: 'invalid_grant' } }
        : undefined,
    met: { by: 'treatment' },
  }),
  around('stream: silence', {
    kind: 'lasting',
    treat: (asked) => (isOfStream(asked) ? { kind: 'stall', ms: SILENCE_MS } : undefined),
    met: { by: 'stream_end', reason: 'silent', orComesAgain: true },
  }),
  around('stream: client forgotten', {
    kind: 'lasting',
    treat(asked, { salesforce }) {
      if (isWaitingPoll(asked)) salesforce.faults.forgetClients();
      return undefined;
    },
    met: { by: 'stream_end', reason: 'session_lost' },
  }),
  around('stream: replay window lost', {
    kind: 'lasting',
    // Only who comes back with a cursor is told.
    treat(asked, { salesforce }) {
      if (!isWaitingPoll(asked) || !asked.hasCursor) return undefined;
      salesforce.faults.loseReplayWindow();
      salesforce.faults.forgetClients();
      return undefined;
    },
    met: { by: 'stream_end', reason: 'replay_lost' },
  }),
  around('stream: deliveries spent', {
    kind: 'lasting',
    begin: ({ salesforce }) => salesforce.faults.spendDeliveries(),
    end: ({ salesforce }) => salesforce.faults.restoreDeliveries(),
    met: { by: 'stream_end', reason: 'allocation_spent' },
  }),
  around('stream: the store takes no events', {
    kind: 'lasting',
    failsStore: (method) => (method === 'commitEvents' ? storeFailed() : undefined),
    met: { by: 'stream_end', reason: 'intake_failed' },
  }),
  {
    ...around(`store down for ${SHORT_WHILE_MS / 1000} s`, {
      kind: 'lasting',
      leastMs: SHORT_WHILE_MS,
      failsStore: storeFailed,
      met: { by: 'store' },
    }),
    endsRelay: ({ name, scene }) => BEFORE_JOINING.includes(name) || scene === 'stopped',
  },
  {
    ...around('part lost', { kind: 'part_lost' }, ({ name }) =>
      name === 'store.bind' || name === 'store.join' ? 'the relay has no part yet' : undefined,
    ),
    // At its first login and the first look at the setup neither.
    scene({ name }) {
      if (name === 'salesforce.token') return 'logged in again';
      return name === 'salesforce.query setup' || name === 'salesforce.describe' ? 'set up again' : undefined;
    },
  },
  around('relay stopped and started', { kind: 'restart' }, ({ scene }) =>
    scene === 'stopped' ? 'the relay is being stopped already' : undefined,
  ),
];

function around(
  name: string,
  effect: Effect | Lasting,
  whyNot: (step: Step) => string | undefined = () => undefined,
): Fault {
  return { name, group: 'around', effect, ending: () => 'right', whyNot };
}
