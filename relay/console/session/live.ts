import { signal } from '@preact/signals';
import type { Overview } from '../../server/console/contract.ts';
import { get } from './api.ts';
import { keepLive, type LiveEnds, type LiveState } from './live-connection.ts';
import { setRelayClock } from './relay-clock.ts';

/** The newest that the relay has told; undefined until it has. */
export const overview = signal<Overview | undefined>(undefined);
export const liveState = signal<LiveState>('connecting');

const ENDS: LiveEnds<Overview> = {
  open(on) {
    const source = new EventSource('/api/live');
    source.addEventListener('open', on.opened);
    source.addEventListener('overview', ({ data }: MessageEvent<string>) => on.message(JSON.parse(data)));
    source.addEventListener('error', on.failed);
    return () => source.close();
  },
  askOnce: () => get<Overview>('/api/overview'),
  schedule(run, afterMs) {
    const timer = setTimeout(run, afterMs);
    return () => clearTimeout(timer);
  },
};

export function showOverview(told: Overview): void {
  setRelayClock(told.now);
  overview.value = told;
}

/** @returns a function that ends it */
export function startLive(): () => void {
  return keepLive(ENDS, showOverview, (state) => {
    liveState.value = state;
  });
}
