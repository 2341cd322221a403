import type { ErrorCode } from '../config/error-codes.ts';
import { RelayError } from '../config/relay-error.ts';
import type { OneSignalClient } from '../onesignal/onesignal-contract.ts';
import type { OneSignalOutcome } from '../onesignal/onesignal-outcome.ts';
import type { Gate } from './gate.ts';
import type { Retry } from './sync-unit.ts';

/** Waits between the tries of one record: https://documentation.onesignal.com/reference/rate-limits advises 2, 4, 8 … 60 s. */
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;
/** This many faults in a row, over all records, are an outage: then the side stops, so that records don't spend their tries. */
const FAULTS_TO_OUTAGE = 5;

export interface OneSignalRetriesOptions {
  gate: Gate;
  now: () => number;
  random?: () => number;
}

/** Decides what follows a call that ended neither well nor in a verdict. */
export function createOneSignalRetries({ gate, now, random = Math.random }: OneSignalRetriesOptions) {
  let faultsInARow = 0;

  const again = (attempts: number, retryAfterMs: number | undefined): Retry => {
    const backoff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts);
    const wait = Math.max(retryAfterMs ?? 0, backoff / 2 + random() * (backoff / 2));
    return { notBefore: now() + Math.ceil(wait), countsAsAttempt: true };
  };
  const fault = (attempts: number, retryAfterMs: number | undefined): Retry => {
    faultsInARow += 1;
    if (faultsInARow >= FAULTS_TO_OUTAGE)
      gate.close(sideError('ONESIGNAL_UNREACHABLE', 'OneSignal does not answer, or answers with server errors.'));
    return again(attempts, retryAfterMs);
  };

  return {
    onInterrupted(outcome: OneSignalOutcome, attempts: number): Retry {
      switch (outcome.kind) {
        case 'rate_limited':
          return { notBefore: now() + Math.ceil(outcome.retryAfterMs), countsAsAttempt: false };
        case 'unauthorized':
        case 'forbidden':
          gate.close(sideError('ONESIGNAL_KEY_REFUSED', `OneSignal refuses the key: HTTP ${outcome.status}.`));
          // A 403 that the probe does not share is about this record: it must not come round for ever.
          return { notBefore: now(), countsAsAttempt: outcome.kind === 'forbidden' };
        // A create that is not visible everywhere yet, for up to a minute: ten tries last longer than that.
        case 'not_found':
          return again(attempts, undefined);
        case 'not_sent':
          if (outcome.fault === 'aborted' || outcome.fault === 'closed')
            return { notBefore: now(), countsAsAttempt: false };
          return fault(attempts, undefined);
        case 'unavailable':
          return fault(attempts, outcome.retryAfterMs);
        default:
          return fault(attempts, undefined);
      }
    },
    onAnswered() {
      faultsInARow = 0;
    },
  };
}

/** The question that opens a closed gate. */
export async function probeOneSignal(client: OneSignalClient): Promise<RelayError | undefined> {
  const outcome = await client.probe();
  if (outcome.kind === 'unauthorized' || outcome.kind === 'forbidden') {
    return sideError('ONESIGNAL_KEY_REFUSED', `OneSignal refuses the key: HTTP ${outcome.status}.`);
  }
  const isFault =
    outcome.kind === 'unavailable' ||
    outcome.kind === 'lost' ||
    outcome.kind === 'not_sent' ||
    outcome.kind === 'rate_limited';
  return isFault
    ? sideError('ONESIGNAL_UNREACHABLE', 'OneSignal does not answer, or answers with server errors.')
    : undefined;
}

function sideError(code: ErrorCode, message: string): RelayError {
  return new RelayError(code, message);
}
