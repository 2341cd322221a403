import { useState } from 'preact/hooks';
import type { RetryAnswer, RetryRequest } from '../../../server/console/contract.ts';
import { type ApiFailure, post } from '../../session/api.ts';
import { asFailure } from '../../session/resource.ts';

export interface Retry {
  ask(what: RetryRequest): void;
  isAsking: boolean;
  /** Why the last one could not be asked for. */
  failure: ApiFailure | undefined;
}

/** @param done is told of how many records */
export function useRetry(done: (retried: number) => void): Retry {
  const [isAsking, setIsAsking] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | undefined>(undefined);
  const ask = async (what: RetryRequest) => {
    setIsAsking(true);
    setFailure(undefined);
    try {
      const { retried } = await post<RetryAnswer>('/api/failures/retry', what);
      done(retried);
    } catch (error) {
      setFailure(asFailure(error));
    } finally {
      setIsAsking(false);
    }
  };
  return { ask: (what) => void ask(what), isAsking, failure };
}
