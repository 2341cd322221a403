import { DOUBT_MS } from '../../../relay/config/onesignal-limits.ts';
import type { OneSignalClient } from '../../../relay/onesignal/onesignal-contract.ts';
import type { OneSignalOutcome } from '../../../relay/onesignal/onesignal-outcome.ts';
import { syncUnit, type UnitOptions } from '../../../relay/pipeline/sync-unit.ts';
import { LEAD_ID, mappingOf, settings } from '../mapping/record-samples.ts';
import { leased, unitOfOne } from './unit-samples.ts';

const NOW = 1_000_000;

function options(interrupted: ReadonlySet<string>): UnitOptions {
  const created = { kind: 'created', status: 201, oneSignalId: 'os-1' } as const;
  return {
    client: { createUser: () => Promise.resolve(created) } as unknown as OneSignalClient,
    settings: settings(),
    mapping: mappingOf(),
    known: new Map(),
    asserted: new Set(),
    interrupted,
    now: () => NOW,
    salesforceNow: () => NOW,
    onInterrupted: () => ({ notBefore: NOW, countsAsAttempt: true }),
    signal: new AbortController().signal,
  };
}

const sync = (wasInterrupted: boolean) => syncUnit(unitOfOne(), options(new Set(wasInterrupted ? [LEAD_ID] : [])));

test('a user whose record a dead process was working on is asserted once more, though the store knew no such user', async () => {
  expect((await sync(true)).users).toMatchObject([{ key: LEAD_ID, assertAt: NOW + DOUBT_MS }]);
});

test('a user whose write was answered is not asserted again', async () => {
  expect((await sync(false)).users).toMatchObject([{ key: LEAD_ID, assertAt: null }]);
});

test('a user whose last write was cut off is sent its whole plan, though the store says that it holds all of it', async () => {
  const sent: string[] = [];
  const accepted = (call: string) => () => {
    sent.push(call);
    return Promise.resolve({ kind: 'accepted', status: 202, oneSignalId: 'os-1' } as const);
  };
  const client = { updateTags: accepted('tags'), updateIdentity: accepted('identity') } as unknown as OneSignalClient;
  const [held] = (await sync(false)).users;
  const known = new Map(held === undefined ? [] : [[LEAD_ID, held]]);
  await syncUnit(unitOfOne(), { ...options(new Set()), client, known });
  expect(sent).toEqual([]);
  const { users } = await syncUnit(unitOfOne(), { ...options(new Set([LEAD_ID])), client, known });
  expect(sent).toEqual(['tags', 'identity']);
  expect(users).toMatchObject([{ assertAt: NOW + DOUBT_MS }]);
});

describe('a record that is deleted after a process died in the first write to its user', () => {
  const sent: string[] = [];
  const accepted = { kind: 'accepted', status: 202, oneSignalId: undefined } as const;
  const left = { key: LEAD_ID, members: [], hasUnseenRecord: false, lostByDeletionOnly: true };
  const unit = { users: [left], leases: [leased({ userKey: LEAD_ID })], refused: [], absent: [] };
  const answer = (call: string, outcome: OneSignalOutcome) => () => {
    sent.push(call);
    return Promise.resolve(outcome);
  };
  const clearing = (outcome: OneSignalOutcome, given: Partial<UnitOptions>) =>
    syncUnit(unit, {
      ...options(new Set()),
      client: {
        updateTags: (_alias: unknown, tags: object) => answer(`tags ${Object.keys(tags)}`, outcome)(),
        deleteAlias: (_alias: unknown, label: string) => answer(`alias ${label}`, outcome)(),
      } as unknown as OneSignalClient,
      ...given,
    });
  beforeEach(() => sent.splice(0));

  test('has all taken away that the write may have given, and once more when the write can no longer land', async () => {
    const first = await clearing(accepted, { interrupted: new Set([LEAD_ID]) });
    expect(sent).toEqual(['tags sf_stage,sf_stage_at', 'alias salesforce_id', 'alias salesforce_lead_id']);
    expect(first.users).toMatchObject([{ key: LEAD_ID, tags: {}, aliases: {}, assertAt: NOW + DOUBT_MS }]);

    const known = new Map(first.users.map((user) => [user.key, user]));
    const last = await clearing(accepted, { known, asserted: new Set([LEAD_ID]) });
    expect(sent.slice(3)).toEqual(sent.slice(0, 3));
    expect(last).toMatchObject({ users: [], forgottenUsers: [LEAD_ID] });
  });

  test('is looked at once more also where the write has not landed yet', async () => {
    const notFound = { kind: 'not_found', status: 404 } as const;
    const { users } = await clearing(notFound, { interrupted: new Set([LEAD_ID]) });
    expect(users).toMatchObject([{ key: LEAD_ID, tags: {}, aliases: {}, assertAt: NOW + DOUBT_MS }]);
  });

  test('leaves a user alone that no process was writing to', async () => {
    expect((await clearing(accepted, {})).users).toEqual([]);
    expect(sent).toEqual([]);
  });
});
