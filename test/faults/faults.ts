import type { OneSignalReply } from '../../relay/onesignal/onesignal-outcome.ts';
import { ROW_RULES } from '../../relay/pipeline/retries/retry-table.ts';
import type { StreamEnd } from '../../relay/salesforce/streaming/stream-ends.ts';
import {
  type Answer,
  badRequest,
  claimedAliases,
  codedError,
  missingAuthorization,
  serviceUnavailable,
  tagLimit,
  textError,
  unknownUser,
} from '../emulators/onesignal/error-answers.ts';
import type { Strike } from './fault-gate.ts';
import type { Scene, Side } from './scene.ts';

/**
 * `right`: everything comes right by itself. `dead_letter`: a person has to look at one record, which is in `failures`
 * with this reason; once they choose to try again, everything is right. `change`: right after the record's next change.
 */
export type Expected = { kind: 'right' } | { kind: 'dead_letter'; reason: string } | { kind: 'after_next_change' };

export interface Fault {
  name: string;
  strike(scene: Scene): void;
  expected: Expected;
}

const RIGHT: Expected = { kind: 'right' };
/** For as long as a fault lasts that does not end by itself, ms. */
const SHORT_WHILE_MS = 500;

const json = (status: number, errorCode: string): Strike => ({
  kind: 'answer',
  status,
  body: [{ errorCode, message: errorCode }],
});
const isRest = (name: string) => ['query', 'queryAll', 'describe', 'collections'].includes(name);
const isConnect = (name: string) => name === 'connect' || name === 'subscribe';

/** Anything but `Strike`s on the stream: those end a client, and are in the list of its ends. */
const SALESFORCE_FAULTS: readonly Fault[] = [
  rest('503 with a page', { kind: 'answer', status: 503, body: '<h1>Service Unavailable</h1>' }),
  rest('401 INVALID_SESSION_ID', json(401, 'INVALID_SESSION_ID')),
  rest('403 REQUEST_LIMIT_EXCEEDED', json(403, 'REQUEST_LIMIT_EXCEEDED')),
  rest('reset before it was done', { kind: 'reset' }),
  rest('done, and the answer lost', { kind: 'lost' }),
];

function rest(what: string, strike: Strike): Fault {
  return {
    name: `Salesforce REST: ${what}`,
    expected: RIGHT,
    strike: (scene) => scene.arm('salesforce', strike, isRest),
  };
}

/** The first status code of each consequence that the table has. */
const ROW_FAULTS: readonly Fault[] = [
  ...Map.groupBy(Object.entries(ROW_RULES), ([, rule]) => `${rule.follows} ${'code' in rule ? rule.code : ''}`),
].flatMap(([, [first]]) => {
  if (first === undefined) return [];
  const [statusCode, rule] = first;
  const expected: Expected =
    rule.follows === 'refused'
      ? { kind: 'dead_letter', reason: 'WRITE_BACK_REFUSED' }
      : { kind: rule.follows === 'dropped' ? 'after_next_change' : 'right' };
  const strike = (scene: Scene) => {
    // Where the status is lost, of a record that nobody changes meanwhile: its next status would go through.
    const victim = expected.kind === 'right' ? undefined : scene.lead();
    scene.world.salesforce.faults.failRows(1, { statusCode }, victim);
    scene.seek(statusCode);
  };
  return [{ name: `status row: ${statusCode}`, expected, strike }];
});

/** `tells`: another end by which the stream may learn of it. */
type StreamStrike = { strike(scene: Scene): void; tells?: StreamEnd | undefined } | { why: string };

const STREAM: Readonly<Record<StreamEnd, StreamStrike>> = {
  unauthorized: { strike: ({ world }) => world.salesforce.faults.revokeTokens() },
  // A poll that waits is not told.
  session_lost: { tells: 'silent', strike: ({ world }) => world.salesforce.faults.forgetClients() },
  replay_lost: {
    strike({ world }) {
      world.salesforce.faults.loseReplayWindow();
      world.salesforce.faults.revokeTokens();
    },
  },
  allocation_spent: {
    strike({ world }) {
      world.salesforce.faults.spendDeliveries();
      setTimeout(() => world.salesforce.faults.restoreDeliveries(), SHORT_WHILE_MS);
    },
  },
  denied: { why: 'an admin takes a permission away, which no step of the work is nearer to than another' },
  busy: { strike: ({ world }) => world.salesforce.faults.busy(1, 'connect') },
  unusable_reply: {
    strike: (scene) => scene.arm('salesforce', { kind: 'answer', status: 200, body: '<h1>Sorry</h1>' }, isConnect),
  },
  silent: { strike: ({ world }) => world.salesforce.faults.hangConnects() },
  connection_lost: { strike: (scene) => scene.arm('salesforce', { kind: 'reset' }, isConnect) },
  intake_failed: { strike: (scene) => scene.failStore({ forMs: 4 * SHORT_WHILE_MS, at: 'commitEvents' }) },
  login_failed: {
    strike(scene) {
      scene.arm('salesforce', json(400, 'invalid_grant'), (name) => name === 'token');
      scene.world.salesforce.faults.revokeTokens();
    },
  },
  store_failed: {
    // The cursor is read for a new client, so the one that is there has to go.
    strike(scene) {
      scene.failStore({ times: 1, at: 'cursor' });
      scene.world.salesforce.faults.revokeTokens();
    },
  },
  defect: { why: 'an error that nobody foresaw can’t be ordered' },
};

const STREAM_FAULTS: readonly Fault[] = Object.entries(STREAM).flatMap(([end, how]) =>
  'why' in how
    ? []
    : [
        {
          name: `stream: ${end}`,
          expected: RIGHT,
          strike(scene: Scene) {
            scene.seekEnds([end, ...(how.tells === undefined ? [] : [how.tells])]);
            how.strike(scene);
          },
        },
      ],
);

type OneSignalFault = { answer: Answer; on?: readonly string[]; expected?: Expected } | { why: string };
const SETS_TAGS = ['create_user', 'update_tags'];
const SETS_ALIASES = ['create_user', 'update_identity'];
const failed = (reason: string): Expected => ({ kind: 'dead_letter', reason });
const GOOD = { why: 'an answer to work that was done is no fault' };

/** By kind of answer; the answers are the emulator's own. */
const ONESIGNAL: Readonly<Record<OneSignalReply['kind'], OneSignalFault>> = {
  created: GOOD,
  existing: GOOD,
  accepted: GOOD,
  viewed: GOOD,
  not_found: { answer: unknownUser(), on: ['update_tags'] },
  alias_claimed: {
    answer: claimedAliases({ salesforce_id: 'x' }),
    on: SETS_ALIASES,
    expected: failed('ALIAS_CLAIMED'),
  },
  tag_limit: { answer: tagLimit(), on: SETS_TAGS, expected: failed('TAG_LIMIT') },
  conflict_other: {
    answer: codedError(409, 'conflict', 'Conflict'),
    on: SETS_TAGS,
    expected: failed('ONESIGNAL_REJECTED'),
  },
  invalid: { answer: badRequest('no'), on: SETS_TAGS, expected: failed('ONESIGNAL_REJECTED') },
  rate_limited: {
    answer: {
      status: 429,
      body: { errors: ['API rate limit exceeded'], limit: 'App ID' },
      headers: { 'retry-after': '1' },
    },
  },
  unauthorized: { answer: missingAuthorization() },
  forbidden: { answer: textError(403, 'Forbidden') },
  unavailable: { answer: serviceUnavailable() },
};

const isWrite = (name: string) => name !== 'view_user';

const ONESIGNAL_FAULTS: readonly Fault[] = [
  ...Object.entries(ONESIGNAL).flatMap(([kind, how]) =>
    'why' in how
      ? []
      : [
          {
            name: `OneSignal: ${kind}`,
            expected: how.expected ?? RIGHT,
            strike: (scene: Scene) =>
              scene.arm(
                'onesignal',
                { kind: 'answer', ...how.answer },
                (name) => how.on?.includes(name) ?? isWrite(name),
              ),
          },
        ],
  ),
  cut('reset before it was done', 'reset'),
  cut('done, and the answer lost', 'lost'),
];

function cut(what: string, kind: 'reset' | 'lost'): Fault {
  const side: Side = 'onesignal';
  return { name: `OneSignal: ${what}`, expected: RIGHT, strike: (scene) => scene.arm(side, { kind }, isWrite) };
}

const OWN_FAULTS: readonly Fault[] = [
  { name: 'store: STORE_FAILED once', expected: RIGHT, strike: (scene) => scene.failStore({ times: 1 }) },
  {
    name: `store: STORE_FAILED for ${SHORT_WHILE_MS} ms`,
    expected: RIGHT,
    strike: (scene) => scene.failStore({ forMs: SHORT_WHILE_MS }),
  },
  { name: 'process: stopped and started again', expected: RIGHT, strike: (scene) => scene.stopAndStart() },
];

export const FAULTS: readonly Fault[] = [
  ...SALESFORCE_FAULTS,
  ...ROW_FAULTS,
  ...STREAM_FAULTS,
  ...ONESIGNAL_FAULTS,
  ...OWN_FAULTS,
];

/** Entries of the code's lists that are no row of the matrix, with why. */
export const NO_FAULTS: readonly { name: string; why: string }[] = [
  ...Object.entries(STREAM).flatMap(([end, how]) => ('why' in how ? [{ name: `stream: ${end}`, why: how.why }] : [])),
  ...Object.entries(ONESIGNAL).flatMap(([kind, how]) =>
    'why' in how ? [{ name: `OneSignal: ${kind}`, why: how.why }] : [],
  ),
];
