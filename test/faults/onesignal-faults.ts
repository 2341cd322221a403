import type { NetworkFault, OneSignalReply } from '../../relay/onesignal/onesignal-outcome.ts';
import {
  claimedAliases,
  codedError,
  conflictingAliases,
  serviceUnavailable,
  tagLimit,
  textError,
  unknownUser,
} from '../emulators/onesignal/error-answers.ts';
import type { FaultAnswer } from '../emulators/onesignal/fault-plan.ts';
import type { Fault } from './fault.ts';
import type { Step } from './step.ts';
import { exactly, type Strike, type Treatment } from './strike.ts';

/** Why a kind of outcome is no fault, or can't be made to happen here. */
type NotHere = { readonly notHere: string };
type OneSignalFault = Pick<Fault, 'name'> & Partial<Fault> & { strike: Strike };

const KEY_REFUSED_MS = 1_000;
const CREATES = 'create_user';
const READS = ['view_user', 'probe'];
const GIVES_ADDRESS = ['create_subscription', 'update_subscription'];
const MOVES_ADDRESS = ['transfer_subscription', 'delete_subscription'];
const isCall = (step: Step, ...calls: string[]) => calls.some((call) => step.name === `onesignal.${call}`);

/** By kind of answer; the bodies are those that the emulator's own refusals have. */
const ANSWERS: Readonly<Record<OneSignalReply['kind'], OneSignalFault[] | NotHere>> = {
  created: { notHere: 'it is no fault' },
  existing: { notHere: 'it is no fault' },
  accepted: { notHere: 'it is no fault' },
  viewed: { notHere: 'it is no fault' },
  events_taken: { notHere: 'it is no fault' },
  message_sent: { notHere: 'it is no fault' },
  message_not_sent: { notHere: 'it is an answer about the person, and no fault' },
  not_found: [
    {
      name: 'not_found',
      strike: answers(unknownUser()),
      whyNot: (step) => {
        if (isCall(step, CREATES)) return 'a create asks for no user that could be missing';
        if (isCall(step, 'probe')) return 'it is what the probe hopes for';
        if (isCall(step, 'update_subscription', 'delete_subscription'))
          return 'a 404 about an address says that the app does not have it: no fault';
        return undefined;
      },
    },
  ],
  alias_claimed: [
    {
      name: 'alias_claimed: Conflict',
      strike: answers(conflictingAliases({ salesforce_id: 'another' })),
      whyNot: aliasesOnly,
    },
    {
      name: 'alias_claimed: user-2',
      strike: answers(claimedAliases({ salesforce_id: 'another' })),
      whyNot: aliasesOnly,
    },
  ],
  tag_limit: [{ name: 'tag_limit', strike: answers(tagLimit()), whyNot: tagsOnly }],
  conflict_other: [
    {
      name: 'conflict_other',
      strike: answers(codedError(409, 'something-new', 'A conflict that nobody knows yet')),
      whyNot: (step) => {
        if (isCall(step, 'delete_alias'))
          return 'a 409 to the deletion of an alias says that the user does not have it: no fault';
        return isCall(step, ...READS) ? 'a view only reads, and nothing that it asks can be in conflict' : undefined;
      },
      ending(step) {
        if (isCall(step, ...GIVES_ADDRESS)) return 'left out';
        const isBeside = isCall(step, 'custom_events', 'create_message', ...MOVES_ADDRESS);
        return isBeside ? 'right' : 'ONESIGNAL_REJECTED';
      },
    },
  ],
  rate_limited: [
    { name: 'rate_limited: app', strike: answers(tooMany({ limit: 'App ID' })) },
    { name: 'rate_limited: user', strike: answers(tooMany({ limit: 'User' })), whyNot: viewsWriteNot },
  ],
  unauthorized: [{ name: 'unauthorized: for 1 s', strike: keyRefused(), shows: () => 'ONESIGNAL_KEY_REFUSED' }],
  forbidden: [{ name: 'forbidden', strike: answers(textError(403, 'Forbidden')) }],
  invalid: [
    {
      name: 'invalid',
      strike: answers(codedError(400, 'invalid-request', 'Bad request')),
      // What a stale alias is in the way of finds out and asks again; the others are no part of a record's own work.
      ending(step) {
        if (isCall(step, ...GIVES_ADDRESS)) return 'left out';
        return isCall(step, CREATES, 'update_tags', 'update_identity', 'delete_user') ? 'ONESIGNAL_REJECTED' : 'right';
      },
    },
  ],
  unavailable: [
    { name: 'unavailable: 503', strike: answers(serviceUnavailable()), isOfOneRecord: true },
    { name: 'unavailable: 500', strike: answers(textError(500, 'Internal Server Error')), isOfOneRecord: true },
    {
      name: 'unavailable: 524, not applied',
      strike: answers({ status: 524, body: '<html>timeout</html>' }),
      isOfOneRecord: true,
    },
  ],
};

/** By why no answer came. */
const UNANSWERED: Readonly<Record<NetworkFault, OneSignalFault[] | NotHere>> = {
  refused: {
    notHere: 'the relay treats it as `reset`, but for the doubt: nothing went out (the tests of the client have it)',
  },
  dns: { notHere: 'the relay treats it as `refused`; the gates have addresses of numbers' },
  connect_timeout: { notHere: 'the relay treats it as `refused`; a loopback address connects or refuses' },
  tls: { notHere: 'the relay treats it as `refused`; the emulators speak plain HTTP' },
  unreachable: { notHere: 'the relay treats it as `refused`; a loopback address is always reachable' },
  timeout: [
    { name: 'timeout: no answer for a minute', strike: () => ({ kind: 'stall', ms: 90_000 }), isOfOneRecord: true },
  ],
  reset: [
    { name: 'reset: before it is applied', strike: () => ({ kind: 'reset' }), isOfOneRecord: true },
    { name: 'reset: after it is applied', strike: onEmulator('dropAnswerAfterApply'), isOfOneRecord: true },
    { name: 'reset: after 1.5 s of silence', strike: () => ({ kind: 'stall', ms: 1_500 }), isOfOneRecord: true },
    {
      name: 'reset: applied 3 s later',
      strike: late(3_000),
      isOfOneRecord: true,
      whyNot: viewsWriteNot,
    },
  ],
  bad_reply: [{ name: 'bad_reply: broken off', strike: () => ({ kind: 'cut' }), isOfOneRecord: true }],
  bad_request: { notHere: 'a request that can’t be sent never leaves the relay: only a defect makes one' },
  aborted: { notHere: 'it is the relay being stopped, below' },
  part_lost: { notHere: 'it is the store’s PART_LOST, below' },
  closed: { notHere: 'it is the relay being stopped, below' },
};

export const ONESIGNAL_FAULTS: readonly Fault[] = [...Object.values(ANSWERS), ...Object.values(UNANSWERED)].flatMap(
  (kind) => ('notHere' in kind ? [] : kind.map(complete)),
);

/** Kinds of outcomes that are in no row, with why. */
export const ONESIGNAL_NOT_HERE: readonly (readonly [string, string])[] = Object.entries({
  ...ANSWERS,
  ...UNANSWERED,
}).flatMap(([kind, faults]) => ('notHere' in faults ? [[kind, faults.notHere] as const] : []));

function complete({ strike, whyNot, ...given }: OneSignalFault): Fault {
  return {
    group: 'onesignal',
    effect: { kind: 'request', strike },
    ending: () => 'right',
    ...given,
    whyNot: (step) =>
      step.side === 'onesignal'
        ? whyNot?.(step)
        : 'it is an answer of OneSignal, or the lack of one, and the relay asks somebody else there',
  };
}

/** The emulator counts the request for the limits, as OneSignal would. */
function answers({ status, body, headers }: FaultAnswer): Strike {
  return ({ method, path }, { onesignal }) => {
    onesignal.faults.answer(1, { status, body, ...(headers && { headers }) }, { method, path: exactly(path) });
    return undefined;
  };
}

function onEmulator(fault: 'dropAnswerAfterApply'): Strike {
  return ({ method, path }, { onesignal }): Treatment | undefined => {
    onesignal.faults[fault](1, { method, path: exactly(path) });
    return undefined;
  };
}

function late(ms: number): Strike {
  return ({ method, path }, { onesignal }) => {
    onesignal.faults.applyLate(1, ms, { method, path: exactly(path) });
    return undefined;
  };
}

/** Not once alone: another record's success would prove the key good in the same instant. */
function keyRefused(): Strike {
  return (_request, { onesignal }) => {
    onesignal.faults.unauthorized(true);
    setTimeout(() => onesignal.faults.unauthorized(false), KEY_REFUSED_MS);
    return undefined;
  };
}

function tooMany(more: Record<string, string>): FaultAnswer {
  return { status: 429, body: { errors: ['API rate limit exceeded'], ...more }, headers: { 'retry-after': '1' } };
}

function viewsWriteNot(step: Step): string | undefined {
  return isCall(step, ...READS) ? 'a view writes to no user' : undefined;
}

function aliasesOnly(step: Step): string | undefined {
  return isCall(step, CREATES, 'update_identity')
    ? undefined
    : 'the request gives no alias that another user could have';
}

function tagsOnly(step: Step): string | undefined {
  return isCall(step, CREATES, 'update_tags') ? undefined : 'the request brings no tag';
}
