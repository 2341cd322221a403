import { ERROR_CODES, type ErrorCode } from '../config/error-codes.ts';
import type { RelayError } from '../config/relay-error.ts';
import type { StreamState } from '../salesforce/streaming/event-source.ts';
import type { BudgetState } from './budget/budget-report.ts';

/** One reason why the relay is not doing its job, for a person and for programs. */
export interface NotReady {
  code: string;
  message: string;
  next: string;
}

export interface Readiness {
  isReady: boolean;
  reasons: NotReady[];
  /** What works, but not as somebody meant it: mapping rows, settings. */
  warnings: string[];
}

export interface ReadinessInputs {
  startup: RelayError | undefined;
  isStarted: boolean;
  stream: { state: StreamState; reason: string | undefined };
  isStoreHealthy: boolean;
  /** Another process listens to Salesforce; this one shares the work. */
  isStandby: boolean;
  isPaused: boolean;
  gates: readonly (RelayError | undefined)[];
  warnings: readonly string[];
  leftToBackfill: number;
  /** Records whose verdict is from before the last edit of the mapping. */
  underOtherMapping: number;
  budget: BudgetState;
}

const STREAM_MESSAGES: Readonly<Record<StreamState, string>> = {
  connecting: 'The relay is connecting to Salesforce’s event stream.',
  subscribed: '',
  reauthenticating: 'The relay is logging in to Salesforce again.',
  waiting: 'The org has spent its event deliveries of the day; changes are found by reconcile until some are free.',
  replay_lost: 'The event stream lost its place; reconcile is closing the gap.',
  stopped: 'The relay has stopped listening to Salesforce.',
};

const STREAM_NEXT: Readonly<Partial<Record<string, string>>> = {
  denied:
    'Give the integration user the permission set OneSignal_Relay (Read on the event), and check SALESFORCE_CHANNEL.',
  allocation_spent: 'Wait, or ask Salesforce for the add-on; the relay goes on by itself.',
};

/** The stream's own ends come first; what its login met carries the next step of that error. */
function nextStepFor(reason: string): string {
  const ofLogin = Object.hasOwn(ERROR_CODES, reason) ? ERROR_CODES[reason as ErrorCode] : undefined;
  return STREAM_NEXT[reason] ?? ofLogin ?? 'Wait a moment; the relay tries again by itself.';
}

/** While the relay has no store yet. @param error why, once that is known */
export function notOpenYet(error: RelayError | undefined): Readiness {
  const reason = error === undefined ? STARTING : { code: error.code, message: error.message, next: error.nextStep };
  return { isReady: false, reasons: [reason], warnings: [] };
}

const STARTING: NotReady = { code: 'STARTING', message: 'The relay is starting.', next: 'Wait a moment.' };

/** Says whether the relay does its job, and if not, everything that stands in its way. Pure. */
export function assessReadiness(inputs: ReadinessInputs): Readiness {
  const reasons: NotReady[] = [];
  const add = (code: string, message: string, next: string) => {
    if (!reasons.some((reason) => reason.code === code)) reasons.push({ code, message, next });
  };
  for (const error of [inputs.startup, ...inputs.gates])
    if (error !== undefined) add(error.code, error.message, error.nextStep);
  if (!inputs.isStarted && reasons.length === 0) reasons.push(STARTING);
  const { state, reason } = inputs.stream;
  if (inputs.isStarted && !inputs.isStandby && state !== 'subscribed') {
    const next = nextStepFor(reason ?? '');
    add(
      'STREAM_NOT_SUBSCRIBED',
      reason === undefined ? STREAM_MESSAGES[state] : `${STREAM_MESSAGES[state]} (${reason})`,
      next,
    );
  }
  if (!inputs.isStoreHealthy)
    add('STORE_FAILED', 'The store can’t be written to.', 'Look at the disk that holds RELAY_DATA_DIR.');
  const { spent } = inputs.budget;
  if (spent !== undefined)
    add(
      'API_SHARE_SPENT',
      `The relay has used its share of the org’s API calls, ${spent.used} of ${spent.allowed} in 24 hours, and waits until ${new Date(spent.until).toISOString()}.`,
      'Wait: it goes on by itself, and nothing is lost. Or raise RELAY_API_SHARE; docs/budgets.md says what costs what.',
    );
  if (inputs.isPaused)
    add('PAUSED', 'OneSignal Settings say that the sync is paused.', 'Untick Is Paused in OneSignal Settings.');
  const backlog =
    inputs.leftToBackfill > 0
      ? [
          `${inputs.leftToBackfill.toLocaleString('en-US')} records waited for a sync before this store knew them; \`backfill --due\` takes them, else they are synced at their next change or Resync`,
        ]
      : [];
  if (inputs.underOtherMapping > 0)
    backlog.push(
      `${inputs.underOtherMapping.toLocaleString('en-US')} records have a verdict from before the last edit of the mapping or the settings; \`backfill --changed\` sends what it changes`,
    );
  return {
    isReady: reasons.length === 0,
    reasons,
    warnings: [...inputs.warnings, ...inputs.budget.warnings, ...backlog],
  };
}
