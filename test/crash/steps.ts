import type { OneSignalCall } from '../../relay/onesignal/onesignal-outcome.ts';
import type { SalesforceCall } from '../../relay/salesforce/session.ts';
import type { Store } from '../../relay/store/store.ts';

/**
 * A boundary at which the relay is killed: `store.commitSync before`, `onesignal.create_user applied`.
 * - `before`, `after`: a method of the store, before it begins and once it has committed;
 * - `received`: the other side has the request and has not done it; `applied`: done, and not answered; `answered`.
 */
export type Step = `${'store' | 'onesignal' | 'salesforce'}.${string} ${Moment}`;
export type Moment = 'before' | 'after' | 'received' | 'applied' | 'answered';

/** What Salesforce is asked for beside REST; `delivery` is a connect whose answer brings events. */
type SalesforceRequestKind =
  | SalesforceCall
  | 'token'
  | 'query_more'
  | 'handshake'
  | 'subscribe'
  | 'connect'
  | 'delivery'
  | 'disconnect';

/** Methods that change nothing, so that it makes no difference when the process ends. All others are steps. */
const STORE_READS: readonly (keyof Store)[] = [
  'now',
  'onChange',
  'cursor',
  'cursorMovedAt',
  'mark',
  'leftToBackfill',
  'knownRecords',
  'users',
  'linkedRecords',
  'addressesOf',
  'addressesNamed',
  'usersToAssert',
  'usersToRetire',
  'transitionsToTell',
  'pendingWriteBacks',
  'deadLetters',
  'countDeadLetters',
  'recordStates',
  'usersWithOneSignalId',
  'journal',
  'history',
  'newEngagement',
  'newMoves',
  'engagementContext',
  'engagementCameAt',
  'pendingEngagement',
  'conversions',
  'engagementOf',
  'troubleFigures',
  'toldAlerts',
  'openRequest',
  'underOtherMapping',
  'countUnderOtherMapping',
  'dueInBulk',
  'request',
  'counts',
  'size',
  'nextAttemptAt',
  'close',
];

const READ: readonly Moment[] = ['received', 'answered'];
const WRITE: readonly Moment[] = ['received', 'applied', 'answered'];

const ONESIGNAL_CALLS: Readonly<Record<OneSignalCall, readonly Moment[]>> = {
  create_user: WRITE,
  update_tags: WRITE,
  update_identity: WRITE,
  delete_alias: WRITE,
  delete_user: WRITE,
  custom_events: WRITE,
  create_message: WRITE,
  create_subscription: WRITE,
  update_subscription: WRITE,
  transfer_subscription: WRITE,
  delete_subscription: WRITE,
  view_user: READ,
  probe: READ,
};

const SALESFORCE_CALLS: Readonly<Record<SalesforceRequestKind, readonly Moment[]>> = {
  token: READ,
  query: READ,
  query_more: READ,
  queryAll: READ,
  collections: WRITE,
  describe: READ,
  limits: READ,
  save: WRITE,
  versions: READ,
  bulkJob: WRITE,
  bulkResults: READ,
  handshake: READ,
  subscribe: READ,
  connect: ['received'],
  delivery: ['applied', 'answered'],
  disconnect: READ,
};

/** Calls that no kill can meet here, with why. */
const CANNOT_HAPPEN: Readonly<Record<string, string>> = {
  'store.leave': 'an orderly end is no kill',
  'store.pauseOneSignal': 'follows a 429, and the relay keeps to the rates',
  'store.retryDeadLetters': 'a command asks for it, and none runs here',
  'store.askFor': 'a command asks for it, and none runs here',
  'store.reportRequest': 'a command asks for it, and none runs here',
  'store.stopRequest': 'a command asks for it, and none runs here',
  'store.commitFound': 'bulk queries are for a backfill, and none runs here',
  'store.saveHistory': 'comes once a minute, and no life is so long',
  'store.addEngagement': 'OneSignal’s webhook is off here',
  'store.commitEngagement': 'OneSignal’s webhook is off here',
  'store.commitEngagementWrites': 'OneSignal’s webhook is off here',
  'store.commitToldAlerts': 'no alert lasts long enough here to be told',
  'onesignal.probe': 'a probe follows an outage, and OneSignal has none here',
  'salesforce.query_more': 'a second page takes 2,000 records',
  'salesforce.describe': 'fields are read where a mapping names some, and there is none here',
  'salesforce.save': 'the doctor alone makes and deletes records',
  'salesforce.bulkJob': 'bulk queries are for a backfill, and none runs here',
  'salesforce.bulkResults': 'bulk queries are for a backfill, and none runs here',
  'salesforce.versions': 'the doctor asks for them, and it does not run here',
  'salesforce.disconnect': 'sent by a relay that is told to stop',
};

/** The steps of a store with these methods; `unreachable` are those that can't be met here, and why. */
export function stepsOf(storeMethods: readonly string[]): { steps: Step[]; unreachable: Record<Step, string> } {
  const all: Step[] = storeMethods
    .filter(isStoreWrite)
    .flatMap((method): Step[] => [`store.${method} before`, `store.${method} after`]);
  for (const [call, moments] of Object.entries(ONESIGNAL_CALLS)) {
    all.push(...moments.map((moment): Step => `onesignal.${call} ${moment}`));
  }
  for (const [call, moments] of Object.entries(SALESFORCE_CALLS)) {
    all.push(...moments.map((moment): Step => `salesforce.${call} ${moment}`));
  }
  const steps: Step[] = [];
  const unreachable: Record<Step, string> = {};
  for (const step of all) {
    const why = CANNOT_HAPPEN[step.slice(0, step.indexOf(' '))];
    if (why === undefined) steps.push(step);
    else unreachable[step] = why;
  }
  return { steps, unreachable };
}

export function isStoreWrite(method: string): boolean {
  return !STORE_READS.some((read) => read === method);
}

/** Names of the methods of an object, its own and inherited ones. */
export function methodsOf(object: object): string[] {
  const names = new Set<string>();
  for (let level = object; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) {
      if (name !== 'constructor' && typeof Reflect.get(object, name) === 'function') names.add(name);
    }
  }
  return [...names];
}
