import type { OneSignalCall } from '../../relay/onesignal/onesignal-outcome.ts';
import type { SalesforceCall } from '../../relay/salesforce/session.ts';
import type { Store } from '../../relay/store/store.ts';

/** What has to happen in the two sides for the relay to come to a step. */
export type Way = 'start' | 'new_record' | 'stage' | 'known_user' | 'new_external_id' | 'deletion' | 'lost_window';

/** Where the relay stands when the fault strikes: about to call a method of its store, or with a request just sent. */
export interface FaultStep {
  /** As the code names it: `store.commitSync`, `onesignal.create_user`, `salesforce.collections`. */
  name: string;
  way: Way;
}

/** A reason why the relay can't stand there in this matrix. */
type Unreachable = { why: string };

const READ = { why: 'a read of the store that no step of the work ends with; the crash test kills around the writes' };
const COMMAND = { why: 'a command asks for it, and none runs here' };

/** Every method of the store: the compiler says when one is missing. */
const STORE: Readonly<Record<keyof Store, Way | Unreachable>> = {
  bind: 'start',
  join: 'start',
  heartbeat: 'stage',
  commitEvents: 'stage',
  dropCursor: 'lost_window',
  commitReconciled: 'start',
  leaveToBackfill: 'start',
  leaseDue: 'stage',
  claimUsers: 'stage',
  commitSync: 'stage',
  commitWriteBacks: 'stage',
  takeRequest: 'start',
  cursor: 'start',
  mark: 'start',
  users: 'stage',
  linkedRecords: 'stage',
  knownRecords: 'start',
  pendingWriteBacks: 'stage',
  usersToAssert: READ,
  leftToBackfill: READ,
  nextAttemptAt: READ,
  counts: READ,
  now: READ,
  onChange: { why: 'it only registers a listener' },
  close: { why: 'the relay is over when it closes its store' },
  leave: { why: 'the relay is stopping already; it takes leave as the last thing, and a part that was kept runs out' },
  pauseOneSignal: { why: 'comes only after another fault, a 429' },
  deadLetters: COMMAND,
  retryDeadLetters: COMMAND,
  askFor: COMMAND,
  reportRequest: COMMAND,
  request: COMMAND,
};

const ONESIGNAL: Readonly<Record<OneSignalCall, Way | Unreachable>> = {
  create_user: 'new_record',
  update_tags: 'stage',
  update_identity: 'known_user',
  delete_alias: 'new_external_id',
  delete_user: 'deletion',
  view_user: { why: 'comes only after another fault: OneSignal says that another user holds an alias' },
  probe: { why: 'comes only after another fault: OneSignal did not do its work' },
};

type Streaming = 'token' | 'handshake' | 'subscribe' | 'connect' | 'delivery' | 'disconnect' | 'query_more';

const SALESFORCE: Readonly<Record<SalesforceCall | Streaming, Way | Unreachable>> = {
  token: 'start',
  query: 'start',
  describe: 'start',
  queryAll: 'start',
  handshake: 'start',
  subscribe: 'start',
  connect: 'start',
  delivery: 'stage',
  collections: 'stage',
  query_more: { why: 'a second page takes 2,000 records' },
  limits: { why: 'the relay does not ask for the limits' },
  disconnect: { why: 'the relay is stopping already' },
};

/** The setup is read with `query` at a start; records are read with it once there is work. */
const RECORD_READ: FaultStep = { name: 'salesforce.query of records', way: 'stage' };

const ALL = [named('salesforce', SALESFORCE), named('store', STORE), named('onesignal', ONESIGNAL)].flat();

export const FAULT_STEPS: readonly FaultStep[] = [
  ...ALL.flatMap(({ name, way }) => (typeof way === 'string' ? [{ name, way }] : [])),
  RECORD_READ,
];

/** Boundaries of the code that are no column of the matrix, with why. */
export const NO_STEPS: readonly { name: string; why: string }[] = ALL.flatMap(({ name, way }) =>
  typeof way === 'string' ? [] : [{ name, why: way.why }],
);

function named(side: string, ways: Readonly<Record<string, Way | Unreachable>>) {
  return Object.entries(ways).map(([call, way]) => ({ name: `${side}.${call}`, way }));
}
