import { RelayError } from '../../relay/config/relay-error.ts';
import type { Effect, Fault } from './fault.ts';

const storeFailed = () => new RelayError('STORE_FAILED', 'The disk is full.');

/** Beyond the time for which records are leased, ms. */
const LEASE_OVER_MS = 16 * 60_000;

export const STORE_FAULTS: readonly Fault[] = [
  storeFault('STORE_FAILED, once', { kind: 'store', when: 'before', error: storeFailed }),
  storeFault('STORE_FAILED, for 2.5 s', { kind: 'store', when: 'before', error: storeFailed, forMs: 2_500 }),
  {
    ...storeFault('STORE_FAILED, although it is done', { kind: 'store', when: 'after', error: storeFailed }),
    // Records that were leased without the relay's knowing are due again when their leases run out.
    passesMs: ({ name }) => (name === 'store.leaseDue' ? LEASE_OVER_MS : 0),
  },
];

function storeFault(name: string, effect: Effect): Fault {
  return {
    name,
    group: 'store',
    effect,
    ending: () => 'right',
    whyNot: ({ side }) =>
      side === 'store' ? undefined : 'it is a fault of one method of the store, and the relay asks somebody else there',
    // The relay can't tell yet whose store it is.
    endsRelay: (step) => step.name === 'store.bind',
  };
}
