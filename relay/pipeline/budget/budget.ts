import type { SalesforceSession } from '../../salesforce/session.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { sleep } from '../gate.ts';
import {
  type ApiUse,
  allowedCalls,
  liveOnlyFrom,
  mayDoBulk,
  type Phase,
  phaseOf,
  type Windows,
  windowsOf,
} from './phase.ts';
import type { RollingUsage } from './rolling-usage.ts';

/** Between two looks whether work may go on, ms. */
const LOOK_MS = 1_000;

/** What the relay's share of the org's API calls allows now. */
export interface Budget {
  readonly phase: Phase;
  readonly windows: Windows;
  /** Whether crowds, backfills and reconcile go on. */
  readonly mayDoBulk: boolean;
  /** When the relay makes calls again, ms since 1970 on the store's clock; undefined while it does. */
  readonly spentUntil: number | undefined;
  /** API calls of the relay's last 24 hours, and how many it may make; undefined until Salesforce has told its limit. */
  readonly share: { used: number; allowed: number } | undefined;
  /** Resolves when calls may be made: at once unless the share is spent. Also resolves when the signal aborts. */
  passable(signal: AbortSignal): Promise<void>;
  /** Resolves when crowds, backfills and reconcile may go on. Also resolves when the signal aborts. */
  bulkPassable(signal: AbortSignal): Promise<void>;
}

export interface BudgetOptions {
  apiCalls: Pick<RollingUsage, 'total' | 'fallsBelow'>;
  /** The org's calls as its last answer said; undefined before the first. */
  usage: () => ReturnType<SalesforceSession['apiUsage']>;
  /** Part of the org's API calls that the relay may use. */
  share: number;
  logger: Logger;
  now: () => number;
}

export function createBudget({ apiCalls, usage, share, logger, now }: BudgetOptions): Budget {
  let before: Phase = 'easy';

  const use = (): ApiUse => {
    const org = usage();
    return { own: apiCalls.total(now()), limit: org?.limit, left: org && org.limit - org.used };
  };
  const untilFree = (limit: number) => apiCalls.fallsBelow(liveOnlyFrom(limit, share), now());

  const look = (): Phase => {
    const current = use();
    const phase = phaseOf(current, share, before);
    if (phase !== before) tell(phase, current);
    before = phase;
    return phase;
  };

  const tell = (phase: Phase, { own, limit = 0 }: ApiUse) => {
    const fields = { phase, used: own, allowed: allowedCalls(limit, share) };
    if (phase === 'spent') {
      const until = new Date(untilFree(limit)).toISOString();
      logger.warn('The relay has used its share of the org’s API calls of 24 hours, and waits.', { ...fields, until });
    } else if (phase === 'live_only') {
      logger.warn('Nearly all API calls of the relay’s share or of the org are used: live changes only.', fields);
    } else if (!mayDoBulk(before)) logger.info('API calls are free again: everything goes on.', fields);
    else logger.info('The relay’s API calls of 24 hours have changed its pace.', fields);
  };

  const when = async (isPassable: (phase: Phase) => boolean, signal: AbortSignal) => {
    while (!signal.aborted && !isPassable(look())) await sleep(LOOK_MS, signal);
  };

  return {
    get phase() {
      return look();
    },
    get windows() {
      return windowsOf(look());
    },
    get mayDoBulk() {
      return mayDoBulk(look());
    },
    get spentUntil() {
      const limit = usage()?.limit;
      return look() === 'spent' && limit !== undefined ? untilFree(limit) : undefined;
    },
    get share() {
      const limit = usage()?.limit;
      return limit === undefined ? undefined : { used: apiCalls.total(now()), allowed: allowedCalls(limit, share) };
    },
    passable: (signal) => when((phase) => phase !== 'spent', signal),
    bulkPassable: (signal) => when(mayDoBulk, signal),
  };
}
