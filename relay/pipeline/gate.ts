import { setTimeout } from 'node:timers/promises';
import type { RelayError } from '../config/relay-error.ts';
import type { Logger } from '../telemetry/logger.ts';

/** First and longest wait between two tries of a side that does not work, ms. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export interface GateOptions {
  /** `Salesforce` or `OneSignal`, for the log. */
  side: string;
  logger: Logger;
  now: () => number;
  random?: () => number;
  /** Asks the side whether it works again; without it the next piece of work is the question. */
  probe?: () => Promise<RelayError | undefined>;
}

/**
 * Stops the work of one side while that side refuses all of it: a key that is not taken, an outage, a spent
 * allocation. None of that is a verdict on a record. The side is tried again after a growing wait and resumes by itself.
 */
export interface Gate {
  /** Why the side's work stands still; undefined while it goes on. */
  readonly closedBy: RelayError | undefined;
  close(error: RelayError): void;
  /** The side answered: it works. */
  open(): void;
  /** Resolves when work may be tried; at once while the gate is open. Also resolves when the signal aborts. */
  passable(signal: AbortSignal): Promise<void>;
}

export function createGate({ side, logger, now, random = Math.random, probe }: GateOptions): Gate {
  let closed: { error: RelayError; tries: number; retryAt: number; since: number } | undefined;

  const close = (error: RelayError) => {
    // Work that was under way when the gate closed fails too: one fault, one wait.
    if (closed !== undefined && now() < closed.retryAt) return;
    const tries = (closed?.tries ?? 0) + 1;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
    if (closed?.error.code !== error.code) {
      logger.warn(`${side} work stands still: ${error.message}`, { code: error.code, next: error.nextStep });
    }
    closed = { error, tries, retryAt: now() + wait / 2 + random() * (wait / 2), since: closed?.since ?? now() };
  };

  const open = () => {
    if (closed === undefined) return;
    logger.info(`${side} works again.`, {
      code: closed.error.code,
      seconds: Math.round((now() - closed.since) / 1000),
    });
    closed = undefined;
  };

  let probing: Promise<void> | undefined;
  const probeOnce = async () => {
    const error = await probe?.();
    if (error === undefined) open();
    else close(error);
  };

  return {
    get closedBy() {
      return closed?.error;
    },
    close,
    open,
    async passable(signal) {
      while (closed !== undefined && !signal.aborted) {
        await sleep(closed.retryAt - now(), signal);
        if (signal.aborted || closed === undefined) return;
        if (now() < closed.retryAt) continue;
        if (probe === undefined) return;
        probing ??= probeOnce().finally(() => {
          probing = undefined;
        });
        await probing;
      }
    },
  };
}

/** Resolves after the time, or when the signal aborts. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds > 0) await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
}
