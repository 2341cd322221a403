import type { Environment } from '../../config/environment.ts';
import { VERSION } from '../../config/version.ts';
import { latencyOf } from '../../pipeline/history/history-book.ts';
import type { RelayView } from '../../pipeline/relay-view.ts';
import { type BackfillPace, createBackfillPace } from './backfill-pace.ts';
import { budgetViews } from './budget-views.ts';
import type { AlertView, Overview } from './contract.ts';

const MINUTE_MS = 60_000;
/** Of so many minutes the percentiles are, ms. */
const LATENCY_MS = 15 * MINUTE_MS;
/** Of so many the pace of the budgets is, with the minute that runs, ms. */
const PACE_MS = 61 * MINUTE_MS;
/** An answer is given to everybody who asks so soon after it was made, ms. */
const FRESH_MS = 1_000;
/** The look takes no more than this part of the time. */
const MOST_PART = 20;

export interface OverviewOptions {
  environment: Environment;
  commit: string | null;
  view: RelayView;
  alerts(): readonly AlertView[];
}

/** Where the relay stands, as a page shows it: looked at no more often than once a second, however many ask. */
export interface OverviewDesk {
  /** @throws RelayError STORE_FAILED */
  look(): Promise<Overview>;
}

export function createOverviewDesk(options: OverviewOptions, elapsed: () => number): OverviewDesk {
  const pace = createBackfillPace();
  let last: { look: Promise<Overview>; freshUntil: number } | undefined;
  return {
    look() {
      if (last !== undefined && elapsed() < last.freshUntil) return last.look;
      const began = elapsed();
      const look = overview(options, pace);
      const made = { look, freshUntil: began + FRESH_MS };
      last = made;
      look.then(
        () => {
          made.freshUntil = began + Math.max(FRESH_MS, MOST_PART * (elapsed() - began));
        },
        () => {
          made.freshUntil = began;
        },
      );
      return look;
    },
  };
}

async function overview({ environment, commit, view, alerts }: OverviewOptions, pace: BackfillPace): Promise<Overview> {
  const { store, setup, history } = view;
  const now = store.now();
  const { channel } = environment.salesforce;
  const { due, pendingWriteBacks, deadLetters } = await store.counts();
  const lastEventAt = await store.cursorMovedAt(channel);
  const minutes = await history.minutes(now - PACE_MS);
  const backfill = await store.openRequest('backfill');
  const { isReady, reasons, warnings } = view.readiness();
  const { state, lastAliveAt } = view.stream();
  const used = view.used();
  return {
    version: VERSION,
    commit,
    startedAt: view.startedAt,
    now,
    orgId: view.orgId() ?? null,
    appId: environment.onesignal.appId,
    isReady,
    reasons,
    warnings,
    stream: {
      state,
      channel,
      lastAliveAt: lastAliveAt ?? null,
      lastEventAt: lastEventAt ?? null,
      latency: latencyOf(minutes.filter(({ at }) => at > now - LATENCY_MS)) ?? null,
    },
    work: {
      isPaused: setup.settings.isPaused,
      due,
      pendingWriteBacks,
      deadLetters,
      underOtherMapping: view.underOtherMapping(),
    },
    budgets: budgetViews({
      now,
      used,
      share: view.share,
      budget: view.budget,
      seen: minutes.map(({ at, counts }) => ({ at, ...counts.allotments })),
    }),
    alerts: alerts(),
    backfill: pace.look(backfill, now),
  };
}
