import type { ErrorCode } from '../../config/error-codes.ts';
import type { AlertSignals } from './alert-signals.ts';

const MINUTE_MS = 60_000;

/** A live change that waits longer is late, whatever the cause. Ms. */
const LATE_MS = 15 * MINUTE_MS;
/** So many records are no accident of one record: something is wrong with the mapping, the app or the org. */
const MANY_RECORDS = 10;
/** Of the org's event deliveries: with less left the rest of the day may have to do without. */
const FEW_DELIVERIES = 0.1;

/** Answers that stay until a person changes something. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SALESFORCE_LOGIN_REFUSED',
  'SALESFORCE_FORBIDDEN',
  'SALESFORCE_QUERY_REFUSED',
  'SALESFORCE_API_VERSION',
  'ONESIGNAL_KEY_REFUSED',
]);

export interface AlertRule {
  /** So long the fault must last before it is one for a person, ms. */
  holdMs: number;
  /** The fault in a sentence; undefined while there is none. Pure. */
  fault(signals: AlertSignals): string | undefined;
  /** What to do next. */
  next: string;
}

/**
 * What an operator should know of without looking. The names are the label of `relay_alert` and stand in dashboards and
 * rules; `docs/runbook.md` has a section for each, which the check holds.
 */
export const ALERT_RULES = {
  stream_silent: {
    holdMs: 5 * MINUTE_MS,
    // Spent deliveries have an alert of their own.
    fault: ({ stream, areDeliveriesSpent }) =>
      stream === undefined || stream.state === 'subscribed' || areDeliveriesSpent
        ? undefined
        : `The relay hears nothing from Salesforce (${stream.reason ?? stream.state}). Changes are found by reconcile, so they come late.`,
    next: 'Open /readyz: it names the cause and what to do. Nothing is lost meanwhile.',
  },
  lag: {
    holdMs: 0,
    fault: ({ isPaused, now, figures: { oldestLiveDue } }) =>
      isPaused || oldestLiveDue === undefined || now - oldestLiveDue < LATE_MS
        ? undefined
        : `A change has waited for ${Math.floor((now - oldestLiveDue) / MINUTE_MS)} minutes to reach OneSignal.`,
    next: 'Look at /readyz and at what else is told here: a side that stands still explains it. If all is well, look at relay_onesignal_requests_total for 429.',
  },
  dead_letters: {
    holdMs: 0,
    fault: ({ figures: { recentlyFailed } }) =>
      recentlyFailed < MANY_RECORDS ? undefined : `${recentlyFailed} records have failed within 24 hours.`,
    next: '`failures list` groups them by reason, each with what to do; once the cause is gone, `failures retry --reason CODE`.',
  },
  write_backs_refused: {
    holdMs: 5 * MINUTE_MS,
    fault: ({ figures: { refusedWriteBacks } }) =>
      refusedWriteBacks < MANY_RECORDS
        ? undefined
        : `Salesforce refuses the status of ${refusedWriteBacks} records. OneSignal has their stage, the records don’t say so.`,
    next: '`failures list --reason WRITE_BACK_REFUSED` shows Salesforce’s code: mostly a validation rule, or a permission that the integration user lacks.',
  },
  api_budget: {
    holdMs: 5 * MINUTE_MS,
    fault: ({ phase, salesforceStopped }) => {
      if (phase === 'spent' || salesforceStopped === 'SALESFORCE_API_LIMIT')
        return 'The API calls that the relay may use are spent: it waits until some are free.';
      return phase === 'live_only'
        ? 'Few API calls are left: live changes go on, backfill and reconcile wait.'
        : undefined;
    },
    next: 'Look who changes so many records, or who else uses up the org’s calls. Raise RELAY_API_SHARE if the org has calls to spare (docs/budgets.md).',
  },
  deliveries_budget: {
    holdMs: 5 * MINUTE_MS,
    fault: ({ areDeliveriesSpent, deliveries }) => {
      if (areDeliveriesSpent)
        return 'The org has spent its event deliveries of the day: changes are found by reconcile until some are free.';
      return deliveries !== undefined && deliveries.left < deliveries.most * FEW_DELIVERIES
        ? `The org has ${deliveries.left} of its ${deliveries.most} event deliveries left.`
        : undefined;
    },
    next: 'Wait, or have fewer events come: a filtered channel (docs/stream.md), and OneSignal Bypass for the users of data loads.',
  },
  store_failing: {
    holdMs: MINUTE_MS,
    fault: ({ isStoreHealthy }) => (isStoreHealthy ? undefined : 'The relay’s store does not do its work.'),
    next: 'Look at the disk that holds RELAY_DATA_DIR, or at the PostgreSQL server in DATABASE_URL. The relay goes on by itself once the store works.',
  },
  salesforce_refused: {
    holdMs: MINUTE_MS,
    fault: ({ salesforceStopped: code }) =>
      code !== undefined && REFUSALS.has(code)
        ? `Salesforce refuses the relay (${code}): no record is read or written until somebody sets it right.`
        : undefined,
    next: 'Run `doctor`: it names what is missing, in the External Client App, the permission sets or the package.',
  },
  salesforce_down: {
    holdMs: 5 * MINUTE_MS,
    fault: ({ salesforceStopped: code }) =>
      code !== undefined && code !== 'SALESFORCE_API_LIMIT' && !REFUSALS.has(code)
        ? `Work with Salesforce stands still (${code}). Nothing is lost, and it goes on by itself.`
        : undefined,
    next: 'Look at Salesforce Trust for the status of your instance, and whether this machine reaches SALESFORCE_LOGIN_URL.',
  },
  onesignal_refused: {
    holdMs: MINUTE_MS,
    fault: ({ onesignalStopped: code }) =>
      code !== undefined && REFUSALS.has(code)
        ? `OneSignal refuses the relay’s key (${code}): nothing is sent until somebody sets it right.`
        : undefined,
    next: 'Check ONESIGNAL_API_KEY and ONESIGNAL_APP_ID in Settings > Keys & IDs, and the key’s list of allowed addresses.',
  },
  onesignal_down: {
    holdMs: 5 * MINUTE_MS,
    fault: ({ onesignalStopped: code }) =>
      code !== undefined && !REFUSALS.has(code)
        ? `Work with OneSignal stands still (${code}). Nothing is lost, and it goes on by itself.`
        : undefined,
    next: 'Look at OneSignal’s status page, and whether this machine reaches ONESIGNAL_API_URL.',
  },
  mapping_faulty: {
    holdMs: 10 * MINUTE_MS,
    fault: ({ faultyRows }) =>
      faultyRows === 0
        ? undefined
        : `Mapping rows or settings can’t work as they are (${faultyRows}), and are left out or count as the default.`,
    next: 'Open /readyz: its warnings name each row and what is wrong with it. An admin corrects them in Setup.',
  },
} as const satisfies Readonly<Record<string, AlertRule>>;

export type AlertName = keyof typeof ALERT_RULES;

export const ALERT_NAMES = Object.keys(ALERT_RULES) as AlertName[];

export function isAlertName(name: string): name is AlertName {
  return Object.hasOwn(ALERT_RULES, name);
}
