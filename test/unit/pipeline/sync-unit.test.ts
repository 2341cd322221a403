import type { OneSignalClient } from '../../../relay/onesignal/onesignal-contract.ts';
import { DOUBT_MS } from '../../../relay/pipeline/apply-plan.ts';
import { syncUnit } from '../../../relay/pipeline/sync-unit.ts';
import type { Unit } from '../../../relay/pipeline/units.ts';
import { LEAD_ID, lead, mappingOf, member, settings } from '../mapping/record-samples.ts';

const NOW = 1_000_000;

function unit(wasInterrupted: boolean): Unit {
  const lease = {
    recordId: LEAD_ID,
    object: 'Lead',
    generation: 1,
    dueSince: 0,
    lane: 'live',
    isForced: false,
    attempts: 0,
    hint: undefined,
    hasDeletionEvidence: false,
    wasInterrupted,
    userKey: null,
  } as const;
  const user = {
    key: LEAD_ID,
    members: [member(lead({ id: LEAD_ID }))],
    hasUnseenRecord: false,
    lostByDeletionOnly: true,
  };
  return { users: [user], leases: [lease], refused: [], absent: [] };
}

function sync(wasInterrupted: boolean) {
  const created = { kind: 'created', status: 201, oneSignalId: 'os-1' } as const;
  return syncUnit(unit(wasInterrupted), {
    client: { createUser: () => Promise.resolve(created) } as unknown as OneSignalClient,
    settings: settings(),
    mapping: mappingOf(),
    known: new Map(),
    asserted: new Set(),
    now: () => NOW,
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
