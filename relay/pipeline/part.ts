import { isRelayError } from '../config/relay-error.ts';
import { HEARTBEAT_MS } from '../store/part-times.ts';
import type { Standing, Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { sleep } from './gate.ts';
import { createStoreHealth } from './store-health.ts';
import { createWakeUp } from './wake-up.ts';

/** Between two tries to join while the store does not work, ms. */
const JOIN_AGAIN_MS = 1_000;

export interface PartOptions {
  store: Store;
  logger: Logger;
  /** Told at each join and heartbeat. */
  onStanding(standing: Standing): void;
  /** Asked once the work is over. A part that is not left runs out: then the users that it held are in doubt. */
  mayLeave(): boolean;
}

/** This process's part among those that work on one store. */
export interface Part {
  /** Undefined before the first join. */
  readonly standing: Standing | undefined;
  /** Of the current part, or of the last one: what is written under that is refused. */
  readonly epoch: number;
  /** False when the part has run out unnoticed: a process that was frozen must not send what it had in hand. */
  readonly isValid: boolean;
  /** False while the store does not take heartbeats. */
  readonly isStoreHealthy: boolean;
  /**
   * Does the work under a part, and again under a new one each time the part is lost, until the signal aborts. The
   * work must end when its own signal aborts. Rejects as the work does.
   */
  hold(signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Resolves when this process holds the subscription; also when the signal aborts. */
  becomesSubscriber(signal: AbortSignal): Promise<void>;
}

export function createPart({ store, logger, onStanding, mayLeave }: PartOptions): Part {
  let standing: Standing | undefined;
  const health = createStoreHealth(logger);
  const news = createWakeUp();

  const adopt = (current: Standing) => {
    if (standing !== undefined && current.isSubscriber && !standing.isSubscriber)
      logger.info('This relay takes the subscription over.', { epoch: current.epoch });
    // An engine that only confirms does not repeat when sending may begin.
    standing = { ...current, sendsFrom: Math.max(current.sendsFrom, standing?.sendsFrom ?? 0) };
    health.works();
    onStanding(standing);
    news.wake();
  };

  const join = async (signal: AbortSignal): Promise<boolean> => {
    while (!signal.aborted) {
      try {
        const joined = await store.join();
        standing = undefined;
        adopt(joined);
        return true;
      } catch (error) {
        if (!isRelayError(error) || error.code !== 'STORE_FAILED') throw error;
        health.failed(error);
        await sleep(JOIN_AGAIN_MS, signal);
      }
    }
    return false;
  };

  /** Resolves when the part is lost or the signal aborts. */
  const beat = async (epoch: number, signal: AbortSignal) => {
    while (!signal.aborted) {
      await sleep(HEARTBEAT_MS, signal);
      if (signal.aborted) return;
      try {
        adopt(await store.heartbeat(epoch));
      } catch (error) {
        if (!isRelayError(error)) throw error;
        if (error.code === 'PART_LOST') return logger.warn('Another relay took over what this one held.', { epoch });
        health.failed(error);
      }
    }
  };

  const workOnce = async (epoch: number, signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>) => {
    const over = new AbortController();
    const term = AbortSignal.any([signal, over.signal]);
    const beating = beat(epoch, term).finally(() => over.abort());
    try {
      await work(term);
    } finally {
      over.abort();
      await beating;
      if (mayLeave()) await store.leave(epoch).catch(() => undefined);
    }
  };

  return {
    get standing() {
      return standing;
    },
    get epoch() {
      return standing?.epoch ?? -1;
    },
    get isValid() {
      return standing !== undefined && performance.now() < standing.validUntil;
    },
    get isStoreHealthy() {
      return health.isHealthy;
    },
    async hold(signal, work) {
      while (await join(signal)) await workOnce(standing?.epoch ?? -1, signal, work);
    },
    async becomesSubscriber(signal) {
      while (!signal.aborted && standing?.isSubscriber !== true) await news.wait(HEARTBEAT_MS, signal);
    },
  };
}
