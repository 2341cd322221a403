import { DOUBT_MS } from '../../../relay/config/onesignal-limits.ts';
import type { OneSignalClient } from '../../../relay/onesignal/onesignal-contract.ts';
import { syncUnit } from '../../../relay/pipeline/sync-unit.ts';
import { LEAD_ID, mappingOf, settings } from '../mapping/record-samples.ts';
import { unitOfOne } from './unit-samples.ts';

const NOW = 1_000_000;

function sync(wasInterrupted: boolean) {
  const created = { kind: 'created', status: 201, oneSignalId: 'os-1' } as const;
  return syncUnit(unitOfOne(), {
    client: { createUser: () => Promise.resolve(created) } as unknown as OneSignalClient,
    settings: settings(),
    mapping: mappingOf(),
    known: new Map(),
    asserted: new Set(),
    interrupted: new Set(wasInterrupted ? [LEAD_ID] : []),
    now: () => NOW,
    salesforceNow: () => NOW,
    onInterrupted: () => ({ notBefore: NOW, countsAsAttempt: true }),
    signal: new AbortController().signal,
  });
}

test('a user whose record a dead process was working on is asserted once more, though the store knew no such user', async () => {
  expect((await sync(true)).users).toMatchObject([{ key: LEAD_ID, assertAt: NOW + DOUBT_MS }]);
});

test('a user whose write was answered is not asserted again', async () => {
  expect((await sync(false)).users).toMatchObject([{ key: LEAD_ID, assertAt: null }]);
});
