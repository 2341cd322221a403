import type { OneSignalCall } from '../../relay/onesignal/onesignal-outcome.ts';
import type { SalesforceCall } from '../../relay/salesforce/session.ts';
import type { Store } from '../../relay/store/store.ts';
import { nameOneSignalRequest, nameSalesforceRequest } from '../crash/request-names.ts';
import type { SeenRequest } from '../emulators/proxy.ts';
import type { SceneName } from './scene.ts';

/** Whose answer the relay waits for where it stands. */
export type StepSide = 'onesignal' | 'salesforce' | 'stream' | 'store';

/** Where the relay stands when a fault strikes: a request that it sent, or a method of the store that it called. */
export interface Step {
  /** `onesignal.create_user`, `salesforce.query records`, `store.commitSync`. */
  name: string;
  side: StepSide;
  /** The story in which the relay comes there; a sentence where no story can be told. */
  scene: SceneName | { readonly whyNot: string };
}

/** A request that is asked for what: `query` alone would not tell the setup from the records. */
type SalesforceStep =
  | Exclude<SalesforceCall, 'query' | 'queryAll'>
  | 'token'
  | 'query_more'
  | 'query setup'
  | 'query first crowd'
  | 'query records'
  | 'query siblings'
  | 'query conversions'
  | 'queryAll changed'
  | 'queryAll deleted';
type StreamStep = 'handshake' | 'subscribe' | 'connect' | 'delivery' | 'disconnect';

const ONESIGNAL_STEPS: Readonly<Record<OneSignalCall, Step['scene']>> = {
  create_user: 'created',
  update_tags: 'changed',
  update_identity: 'adopted',
  delete_alias: 'moved',
  delete_user: 'deleted',
  custom_events: 'told',
  create_message: 'told',
  create_subscription: 'reachable',
  update_subscription: 'reachable',
  transfer_subscription: 'moved with email',
  delete_subscription: 'email changed',
  view_user: 'contested',
  probe: 'outage',
};

const SALESFORCE_STEPS: Readonly<Record<SalesforceStep, Step['scene']>> = {
  token: 'start',
  'query setup': 'start',
  describe: 'start',
  'query first crowd': 'start',
  'query records': 'created',
  'query siblings': 'adopted',
  'query conversions': 'contact',
  'queryAll changed': 'unseen',
  'queryAll deleted': 'deleted',
  query_more: 'many',
  collections: 'created',
  versions: { whyNot: 'the doctor asks for them, never the relay' },
  save: { whyNot: 'the doctor makes and deletes records, never the relay' },
  bulkJob: 'filled',
  bulkResults: 'filled',
  limits: 'start',
};

const STREAM_STEPS: Readonly<Record<StreamStep, Step['scene']>> = {
  handshake: 'resumed',
  subscribe: 'resumed',
  connect: 'resumed',
  delivery: 'created',
  disconnect: 'stopped',
};

const NO_WEBHOOK = { whyNot: 'the matrix has no webhook: test/unit/pipeline/engagement plays its faults' } as const;

const STORE_STEPS: Readonly<Record<keyof Store, Step['scene']>> = {
  now: { whyNot: 'it only reads a clock, and can not fail' },
  onChange: { whyNot: 'it only takes a listener, and can not fail' },
  linkChanges: { whyNot: 'it only reads a number, and can not fail' },
  close: { whyNot: 'the process closes its store after the relay has ended' },
  bind: 'start',
  join: 'start',
  heartbeat: 'created',
  leave: 'stopped',
  pauseOneSignal: 'limited',
  addEngagement: NO_WEBHOOK,
  newEngagement: NO_WEBHOOK,
  newMoves: NO_WEBHOOK,
  engagementContext: NO_WEBHOOK,
  commitEngagement: NO_WEBHOOK,
  pendingEngagement: NO_WEBHOOK,
  commitEngagementWrites: NO_WEBHOOK,
  engagementCameAt: { whyNot: 'a command asks for it, never the relay' },
  conversions: { whyNot: 'a command asks for it, never the relay' },
  engagementOf: { whyNot: 'the console asks for it, never the relay' },
  commitEvents: 'created',
  cursor: 'start',
  cursorMovedAt: { whyNot: 'a command asks for it, never the relay' },
  dropCursor: 'window lost',
  mark: 'start',
  commitReconciled: 'unseen',
  leftToBackfill: 'unseen',
  leaveToBackfill: 'start',
  knownRecords: 'unseen',
  leaseDue: 'created',
  claimUsers: 'created',
  users: 'created',
  linkedRecords: 'created',
  addressesOf: 'reachable',
  addressesNamed: { whyNot: 'a command asks for it, never the relay' },
  claimAddresses: 'reachable',
  commitSync: 'created',
  usersToRetire: 'created',
  transitionsToTell: 'created',
  commitTransitions: 'told',
  usersToAssert: 'created',
  pendingWriteBacks: 'created',
  commitWriteBacks: 'created',
  deadLetters: { whyNot: 'a command asks for it, never the relay' },
  retryDeadLetters: { whyNot: 'a command asks for it, never the relay' },
  countDeadLetters: { whyNot: 'the console asks for it, never the sync' },
  recordStates: { whyNot: 'the console asks for it, never the sync' },
  usersWithOneSignalId: { whyNot: 'the console asks for it, never the sync' },
  journal: { whyNot: 'the console asks for it, never the sync' },
  history: { whyNot: 'the console asks for it, never the sync' },
  askFor: { whyNot: 'a command asks for it, never the relay' },
  request: { whyNot: 'a command asks for it, never the relay' },
  openRequest: { whyNot: 'a command asks for it, never the relay' },
  stopRequest: { whyNot: 'a command asks for it, never the relay' },
  commitFound: 'filled',
  dueInBulk: 'filled',
  underOtherMapping: { whyNot: 'a backfill for an edit of the mapping reads it as another reads what the store knows' },
  countUnderOtherMapping: {
    whyNot: 'a backfill for an edit of the mapping reads it as another reads what the store knows',
  },
  takeRequest: 'asked',
  reportRequest: 'asked',
  addUsage: 'start',
  tidy: 'start',
  trimJournal: 'start',
  saveHistory: 'stopped',
  size: { whyNot: 'the metrics page and the doctor ask for it, and show the last figures where they get none' },
  troubleFigures: { whyNot: 'only the alerts ask for it, apart from the work, and ask again' },
  toldAlerts: { whyNot: 'only the alerts ask for it, apart from the work, and ask again' },
  commitToldAlerts: { whyNot: 'only the alerts ask for it, apart from the work, and ask again' },
  counts: 'unseen',
  nextAttemptAt: 'created',
};

/** Every step there is, by the code's own names. */
export const STEPS: readonly Step[] = [
  ...stepsOf('salesforce', SALESFORCE_STEPS),
  ...stepsOf('stream', STREAM_STEPS),
  ...stepsOf('onesignal', ONESIGNAL_STEPS),
  ...stepsOf('store', STORE_STEPS),
];

function stepsOf(side: StepSide, scenes: Readonly<Record<string, Step['scene']>>): Step[] {
  return Object.entries(scenes).map(([name, scene]) => ({ name: `${side}.${name}`, side, scene }));
}

export function onesignalStep(request: SeenRequest): string {
  return `onesignal.${nameOneSignalRequest(request)}`;
}

const ASKED_FOR: readonly (readonly [RegExp, SalesforceStep])[] = [
  [/ FROM OneSignal_/, 'query setup'],
  [/OneSignal_Sync_Due__c = true/, 'query first crowd'],
  [/ WHERE OneSignal_External_Id__c IN/, 'query siblings'],
  [/ WHERE ConvertedContactId IN/, 'query conversions'],
  [/ WHERE SystemModstamp /, 'queryAll changed'],
  [/^SELECT Id, IsDeleted, MasterRecordId FROM /, 'queryAll deleted'],
  [/ WHERE Id IN/, 'query records'],
];

export function salesforceStep(request: SeenRequest): string {
  if (request.path.startsWith('/cometd')) return streamStep(request);
  const name = nameSalesforceRequest(request);
  if (name !== 'query' && name !== 'queryAll') return `salesforce.${name}`;
  const soql = new URLSearchParams(request.path.split('?')[1]).get('q') ?? '';
  const known = ASKED_FOR.find(([pattern]) => pattern.test(soql));
  if (known === undefined) throw new Error(`The list of steps has no name for this query: ${soql}`);
  return `salesforce.${known[1]}`;
}

/** A connect may come in one request with what the client sends in the same moment: that is the step then. */
function streamStep(request: SeenRequest): string {
  const beside = ['subscribe', 'disconnect'].find((name) => request.body.includes(`"/meta/${name}"`));
  return `stream.${beside ?? nameSalesforceRequest(request)}`;
}
