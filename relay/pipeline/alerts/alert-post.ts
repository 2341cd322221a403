import { backoffMs } from '../../config/backoff.ts';
import { isRelayError } from '../../config/relay-error.ts';
import type { Store } from '../../store/store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { ALERT_RULES, type AlertName, isAlertName } from './alert-rules.ts';
import type { Troubles } from './judge-alerts.ts';
import { postWebhook } from './post-webhook.ts';
import { type AlertNews, slackMessage, type Teller } from './slack-message.ts';

/** After a receiver that fails; it may be down for as long as what the alert is about. */
const WAITS = { firstMs: 5_000, longestMs: 10 * 60_000 };
/** After one that refuses: a person has to give another address, which takes a new start. Ms. */
const REFUSED_MS = 3_600_000;

export interface AlertPostOptions {
  /** The webhook's address: a secret. */
  address: string;
  store: Pick<Store, 'toldAlerts' | 'commitToldAlerts'>;
  teller: () => Teller;
  logger: Logger;
  random?: () => number;
}

/** Tells a webhook of each alert once when it starts and once when it ends. */
export interface AlertPost {
  /**
   * What the store says was told and has not ended, once after a start and once after each `forget`; nothing otherwise,
   * and nothing while the store does not work.
   */
  load(): Promise<ReadonlyMap<AlertName, number>>;
  /** Posts what is new, all in one message, unless the wait after a failure goes on. */
  tell(troubles: Troubles, now: number): Promise<void>;
  /** What this process knew is of no use any more: another one tells from now on. */
  forget(): void;
}

/**
 * The store holds what was told, so that neither a restart nor another process tells it again. What was told is known
 * here too, for when the store can't take it: it is written once the store works.
 */
export function createAlertPost({ address, store, teller, logger, random = Math.random }: AlertPostOptions): AlertPost {
  /** Alerts whose start was told and whose end was not, with when they began: those that this process told, until the store has said of all. */
  let told = new Map<AlertName, number>();
  let isLoaded = false;
  /** Told, and not in the store yet. */
  let unsaved = { started: new Map<AlertName, number>(), ended: new Set<string>() };
  let failures = 0;
  let notBefore = 0;
  let isRefusalKnown = false;

  const load = async (): Promise<ReadonlyMap<AlertName, number>> => {
    if (isLoaded) return new Map();
    const rows = await store.toldAlerts().catch(unlessDefect);
    if (rows === undefined) return new Map();
    const loaded = new Map<AlertName, number>();
    for (const { name, since } of rows) {
      if (unsaved.ended.has(name)) continue;
      if (isAlertName(name)) loaded.set(name, since);
      // Of another version of the relay.
      else unsaved.ended.add(name);
    }
    told = new Map([...loaded, ...told]);
    isLoaded = true;
    return loaded;
  };

  const save = async () => {
    if (unsaved.started.size === 0 && unsaved.ended.size === 0) return;
    const { started, ended } = unsaved;
    const rows = [...started].map(([name, since]) => ({ name, since }));
    const isSaved = await store.commitToldAlerts({ started: rows, ended: [...ended] }).then(() => true, unlessDefect);
    if (isSaved === true) unsaved = { started: new Map(), ended: new Set() };
  };

  const post = async (news: readonly AlertNews[], now: number): Promise<boolean> => {
    const result = await postWebhook(address, slackMessage(news, teller()), now);
    if (result.kind === 'taken') {
      if (failures > 0 || isRefusalKnown) logger.info('The alert webhook takes messages again.');
      failures = 0;
      isRefusalKnown = false;
      return true;
    }
    const { status } = result;
    if (result.kind === 'refused') {
      if (!isRefusalKnown)
        logger.error('The alert webhook refuses the relay’s messages: set RELAY_ALERT_WEBHOOK to one that works.', {
          status,
        });
      isRefusalKnown = true;
      notBefore = now + REFUSED_MS;
    } else {
      if (failures === 0) logger.warn('The alert webhook does not take a message; it is tried again.', { status });
      notBefore = now + backoffMs(WAITS, failures, random, result.retryAfterMs);
      failures += 1;
    }
    return false;
  };

  return {
    load,
    async tell(troubles, now) {
      const news = newsOf(troubles, told, now);
      if (news.length > 0 && now >= notBefore && (await post(news, now))) {
        for (const one of news) note(one, told, unsaved);
      }
      await save();
    },
    forget() {
      told = new Map();
      isLoaded = false;
      unsaved = { started: new Map(), ended: new Set() };
    },
  };
}

/** What differs between the alerts that hold and those that were told. Pure. */
export function newsOf(troubles: Troubles, told: ReadonlyMap<AlertName, number>, now: number): AlertNews[] {
  const alerts = [...troubles].filter(([, { isAlert }]) => isAlert);
  const started = alerts
    .filter(([name]) => !told.has(name))
    .map(([name, { since, what }]) => ({ kind: 'started', name, since, what, next: ALERT_RULES[name].next }) as const);
  const holding = new Set(alerts.map(([name]) => name));
  const ended = [...told]
    .filter(([name]) => !holding.has(name))
    .map(([name, since]) => ({ kind: 'ended', name, since, endedAt: now }) as const);
  return [...started, ...ended];
}

function note(
  news: AlertNews,
  told: Map<AlertName, number>,
  unsaved: { started: Map<AlertName, number>; ended: Set<string> },
): void {
  if (news.kind === 'started') {
    told.set(news.name, news.since);
    unsaved.started.set(news.name, news.since);
    unsaved.ended.delete(news.name);
  } else {
    told.delete(news.name);
    unsaved.started.delete(news.name);
    unsaved.ended.add(news.name);
  }
}

/** A store that fails is asked again the next time. */
function unlessDefect(error: unknown): undefined {
  if (!isRelayError(error)) throw error;
}
