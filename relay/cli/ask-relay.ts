import type { ErrorCode } from '../config/error-codes.ts';
import { RelayError } from '../config/relay-error.ts';
import { sleep } from '../pipeline/gate.ts';
import type { RequestFailure } from '../pipeline/reconcile-request.ts';
import type { CommandRequest, Store } from '../store/store.ts';

/** How often a command looks at what the relay says of its request, ms. */
const LOOK_MS = 250;
/** A request that nobody took by then is told of, ms. */
const PATIENCE_MS = 15_000;

/**
 * Shows a relay doing what a command asked for, until it has.
 * @returns what came of it, undefined when the signal came first: the relay goes on
 * @throws RelayError where it failed
 */
export async function watchRequest<Progress extends RequestFailure>(
  store: Store,
  id: number,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Progress | undefined> {
  const askedAt = performance.now();
  let isTold = false;
  while (!signal.aborted) {
    const request = await store.request(id);
    const progress = JSON.parse(request?.progress ?? '{}') as Progress;
    if (request?.state === 'done') return progress;
    if (request?.state === 'failed') throw failureOf(progress);
    onProgress(progress);
    if (!isTold && isWaitingLong(request, askedAt)) {
      process.stderr.write(
        'The relay has not taken the request yet: it may be busy, starting, or held up (see /readyz).\n',
      );
      isTold = true;
    }
    await sleep(LOOK_MS, signal);
  }
  return undefined;
}

function isWaitingLong(request: CommandRequest | undefined, askedAt: number): boolean {
  return request?.state === 'waiting' && performance.now() - askedAt > PATIENCE_MS;
}

function failureOf({ error }: RequestFailure): RelayError {
  return new RelayError((error?.code ?? 'SALESFORCE_REQUEST_FAILED') as ErrorCode, error?.message ?? 'It failed.');
}
