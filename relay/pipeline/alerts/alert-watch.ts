import { isRelayError } from '../../config/relay-error.ts';
import type { Store, TroubleFigures } from '../../store/store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { sleep } from '../gate.ts';
import type { AlertPost } from './alert-post.ts';
import { ALERT_NAMES, ALERT_RULES, type AlertName } from './alert-rules.ts';
import { type AlertSignals, NO_TROUBLE } from './alert-signals.ts';
import { judgeAlerts, type Troubles, toldBefore } from './judge-alerts.ts';

/** Between two looks, ms: each asks the store for three figures. */
const LOOK_MS = 15_000;
const DAY_MS = 86_400_000;

/** An alert that holds, as the console and `/api/overview` show it. */
export interface HeldAlert {
  name: AlertName;
  /** Ms since 1970, on the store's clock. */
  since: number;
  what: string;
  next: string;
}

export interface AlertWatchOptions {
  store: Pick<Store, 'now' | 'troubleFigures'>;
  /** All but what the watch asks the store for itself. */
  signals: () => Omit<AlertSignals, 'now' | 'figures'>;
  /** Tells people; undefined where no webhook is set. */
  post: AlertPost | undefined;
  /** Whether this process is the one that tells: the one that listens to Salesforce. */
  mayTell: () => boolean;
  metrics: Pick<Metrics, 'alert'>;
  logger: Logger;
  /** LOOK_MS without it. */
  everyMs?: number | undefined;
}

export interface AlertWatch {
  /** Those that hold now, oldest first. */
  readonly alerts: readonly HeldAlert[];
  /** One look. */
  look(): Promise<void>;
  /** Looks again and again until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export function createAlertWatch(options: AlertWatchOptions): AlertWatch {
  const { store, signals, post, mayTell, metrics, logger, everyMs = LOOK_MS } = options;
  let troubles: Troubles = new Map();
  let figures: TroubleFigures = NO_TROUBLE;
  let hasDefect = false;

  /** @returns false when the store did not answer; then the figures of before count */
  const readFigures = async (now: number): Promise<boolean> => {
    try {
      figures = await store.troubleFigures({ failedSince: now - DAY_MS });
      return true;
    } catch (error) {
      if (!isRelayError(error)) throw error;
      return false;
    }
  };

  const show = (before: Troubles) => {
    for (const name of ALERT_NAMES) {
      const { isAlert = false, what } = troubles.get(name) ?? {};
      const wasAlert = before.get(name)?.isAlert === true;
      metrics.alert.set({ name }, isAlert ? 1 : 0);
      if (isAlert && !wasAlert) logger.warn(`Alert: ${what}`, { alert: name, next: ALERT_RULES[name].next });
      if (!isAlert && wasAlert) logger.info('An alert is over.', { alert: name });
    }
  };

  const look = async () => {
    const now = store.now();
    const before = troubles;
    const mayPost = post !== undefined && mayTell();
    const toldSince = mayPost ? await post.load() : new Map<AlertName, number>();
    const seen = new Map([
      ...[...toldSince].map(([name, since]) => [name, toldBefore(since, now)] as const),
      ...before,
    ]);
    const hasFigures = await readFigures(now);
    const current = signals();
    const isStoreHealthy = current.isStoreHealthy && hasFigures;
    troubles = judgeAlerts(seen, { ...current, isStoreHealthy, now, figures });
    show(before);
    if (mayPost) await post.tell(troubles, now);
    else post?.forget();
  };

  return {
    get alerts() {
      return [...troubles]
        .filter(([, { isAlert }]) => isAlert)
        .map(([name, { since, what }]) => ({ name, since, what, next: ALERT_RULES[name].next }))
        .sort((a, b) => a.since - b.since);
    },
    look,
    async run(signal) {
      while (!signal.aborted) {
        await sleep(everyMs, signal);
        if (signal.aborted) return;
        // What watches the work must never end it.
        await look().catch(() => {
          if (!hasDefect) logger.error('The alerts met a defect.', {});
          hasDefect = true;
        });
      }
    },
  };
}
