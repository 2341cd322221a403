import { DOUBT_MS } from '../../../relay/config/onesignal-limits.ts';
import { HeldPlace } from '../../../relay/onesignal/held-place.ts';
import type { OneSignalClient } from '../../../relay/onesignal/onesignal-contract.ts';
import type { OneSignalOutcome } from '../../../relay/onesignal/onesignal-outcome.ts';
import { REPLICATION_MS } from '../../../relay/pipeline/apply-plan.ts';
import { nothingHeld } from '../../../relay/pipeline/nothing-held.ts';
import { syncUnit, type UnitOptions } from '../../../relay/pipeline/sync-unit.ts';
import type { Unit } from '../../../relay/pipeline/units.ts';
import type { KnownUser } from '../../../relay/store/store.ts';
import { CONTACT_ID, contact, LEAD_ID, lead, mappingOf, settings } from '../mapping/record-samples.ts';
import { leased, unitOfOne } from './unit-samples.ts';

const NOW = 1_000_000;
const NO_ADDRESSES = { addressesOf: () => Promise.resolve([]), claimAddresses: () => Promise.resolve([]) };

function options(interrupted: ReadonlySet<string>): UnitOptions {
  const created = { kind: 'created', status: 201, oneSignalId: 'os-1' } as const;
  return {
    addresses: NO_ADDRESSES,
    client: { createUser: () => Promise.resolve(created) } as unknown as OneSignalClient,
    settings: settings(),
    mapping: mappingOf(),
    known: new Map(),
    claims: {
      of: () => [],
      resolve: () => Promise.resolve({ kind: 'claimed', what: 'Somebody has it.' } as const),
      forget: () => undefined,
    },
    retiring: new Set<string>(),
    asserted: new Set(),
    interrupted,
    now: () => NOW,
    salesforceNow: () => NOW,
    onInterrupted: () => ({ notBefore: NOW, countsAsAttempt: true }),
    place: new HeldPlace(),
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
  const client = {
    updateTags: accepted('tags'),
    updateIdentity: accepted('identity'),
    deleteAlias: accepted('no lead id'),
  } as unknown as OneSignalClient;
  const [held] = (await sync(false)).users;
  const known = new Map(held === undefined ? [] : [[LEAD_ID, held]]);
  await syncUnit(unitOfOne(), { ...options(new Set()), client, known });
  expect(sent).toEqual([]);
  const { users } = await syncUnit(unitOfOne(), { ...options(new Set([LEAD_ID])), client, known });
  // The write that was cut off may have been made under another plan: as of a won lead, say.
  expect(sent).toEqual(['tags', 'no lead id', 'identity']);
  expect(users).toMatchObject([{ assertAt: NOW + DOUBT_MS }]);
});

describe('a record that is deleted after a process died in the first write to its user', () => {
  const sent: string[] = [];
  const accepted = { kind: 'accepted', status: 202, oneSignalId: undefined } as const;
  const left = {
    key: LEAD_ID,
    members: [],
    toLink: [],
    hasUnseenRecord: false,
    lostByDeletionOnly: true,
    hasMovedOne: false,
    handedOver: [],
  };
  const unit: Unit = {
    users: [left],
    recordIds: [LEAD_ID],
    movers: new Set<string>(),
    leases: [leased({ userKey: LEAD_ID })],
    refused: [],
    absent: [],
  };
  const answer = (call: string, outcome: OneSignalOutcome) => () => {
    sent.push(call);
    return Promise.resolve(outcome);
  };
  const clearing = (outcome: OneSignalOutcome, given: Partial<UnitOptions>, of: Unit = unit) =>
    syncUnit(of, {
      ...options(new Set()),
      client: {
        updateTags: (_alias: unknown, tags: object) => answer(`tags ${Object.keys(tags)}`, outcome)(),
        deleteAlias: (_alias: unknown, label: string) => answer(`alias ${label}`, outcome)(),
        updateIdentity: (_alias: unknown, aliases: object) => answer(`aliases ${Object.keys(aliases)}`, outcome)(),
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

  test('has nothing left on it if it lives on and gives no user any more, when a write lands late', async () => {
    const snapshot = contact({ id: CONTACT_ID, stage: null });
    const member = { snapshot, hint: undefined };
    const stageless = { ...left, key: CONTACT_ID, members: [member], lostByDeletionOnly: false };
    const ofStageless = { ...unit, users: [stageless], leases: [leased({ recordId: CONTACT_ID, object: 'Contact' })] };
    const interrupted = new Set([CONTACT_ID]);
    const first = await clearing({ kind: 'not_found', status: 404 }, { interrupted }, ofStageless);
    expect(sent).toEqual(['tags sf_stage,sf_stage_at']);
    expect(first.users).toMatchObject([{ key: CONTACT_ID, assertAt: NOW + DOUBT_MS }]);

    const known = new Map(first.users.map((user) => [user.key, user]));
    await clearing(accepted, { known, asserted: interrupted }, ofStageless);
    expect(sent.slice(1)).toEqual(['tags sf_stage,sf_stage_at', 'alias salesforce_lead_id', 'aliases salesforce_id']);
  });

  test('leaves a user alone that no process was writing to', async () => {
    expect((await clearing(accepted, {})).users).toEqual([]);
    expect(sent).toEqual([]);
  });
});

describe('a user that OneSignal refuses to clear', () => {
  const refused = { kind: 'invalid', status: 400, codes: ['x'] } as const;
  const old = {
    key: 'old',
    members: [],
    toLink: [],
    hasUnseenRecord: false,
    lostByDeletionOnly: true,
    hasMovedOne: false,
    handedOver: [],
  };
  const known = new Map([
    [
      'old',
      {
        key: 'old',
        onesignalId: 'os-0',
        tags: { sf_stage: 'h' },
        aliases: {},
        createdAt: null,
        assertAt: null,
        inherited: {},
        retireAt: null,
        tagRoom: null,
      },
    ],
  ]);
  const client = (outcome: OneSignalOutcome) =>
    ({
      deleteUser: () => Promise.resolve(outcome),
      updateTags: () => Promise.resolve(outcome),
      createUser: () => Promise.resolve({ kind: 'created', status: 201, oneSignalId: 'os-1' }),
    }) as unknown as OneSignalClient;
  const answered = (outcome: OneSignalOutcome) => ({ ...options(new Set()), known, client: client(outcome) });

  test('leaves its deleted record in failures, and linked to it for the next try', async () => {
    const absent = [{ record: leased({ userKey: 'old' }), absence: 'deleted' as const }];
    const unit = {
      users: [old],
      recordIds: [LEAD_ID],
      movers: new Set<string>(),
      leases: [leased({ userKey: 'old' })],
      refused: [],
      absent,
    };
    const given = { ...answered(refused), settings: settings({ Deleted_Record__c: 'DeleteUser' }) };
    const { verdicts, links, users, leases } = await syncUnit(unit, given);
    expect(verdicts).toMatchObject([{ status: 'Failed', reason: 'ONESIGNAL_REJECTED' }]);
    expect(verdicts[0]?.detail).toContain('HTTP 400');
    expect([links, leases[0]?.kind]).toEqual([[], 'settled']);
    expect(users).toMatchObject([{ key: 'old', tags: { sf_stage: 'h' } }]);
  });

  test('leaves the record that moved to another user in failures, and linked to it for the next try', async () => {
    const moved = unitOfOne({ userKey: 'old' });
    const unit = {
      ...moved,
      users: [{ ...old, lostByDeletionOnly: false, hasMovedOne: false, handedOver: [] }, ...moved.users],
    };
    const failed = await syncUnit(unit, answered(refused));
    expect(failed.verdicts).toMatchObject([{ status: 'Failed', reason: 'ONESIGNAL_REJECTED' }]);
    expect(failed.links).toEqual([]);
    const done = await syncUnit(unit, answered({ kind: 'accepted', status: 202, oneSignalId: 'os-0' }));
    expect(done.verdicts).toMatchObject([{ status: 'Synced' }]);
    expect(done.links).toMatchObject([{ userKey: LEAD_ID }]);
  });

  test('leaves the record that stands for no user any more in failures, and linked to it for the next try', async () => {
    const snapshot = lead({ id: LEAD_ID });
    const unit = {
      users: [{ ...old, lostByDeletionOnly: false, hasMovedOne: false, handedOver: [] }],
      recordIds: [LEAD_ID],
      movers: new Set<string>(),
      leases: [leased({ userKey: 'old' })],
      refused: [{ snapshot, reason: 'NO_EXTERNAL_ID' as const }],
      absent: [],
    };
    const { verdicts, links } = await syncUnit(unit, answered(refused));
    expect(verdicts).toMatchObject([{ status: 'Failed', reason: 'ONESIGNAL_REJECTED' }]);
    expect(links).toEqual([]);
  });
});

test('a record that is not due has its verdict although another of the unit is to be tried again', async () => {
  const OTHER_ID = '00Q000000000002EAA';
  const [due] = unitOfOne().users;
  const shared = { ...due, key: OTHER_ID, members: [{ snapshot: lead({ id: OTHER_ID }), hint: undefined }] };
  const client = {
    createUser: (_user: unknown, key: string) =>
      Promise.resolve(
        key === OTHER_ID
          ? { kind: 'created', status: 201, oneSignalId: 'os-2' }
          : { kind: 'rate_limited', status: 429, retryAfterMs: 1_000, scope: 'user' },
      ),
  } as unknown as OneSignalClient;
  const unit = { ...unitOfOne(), users: [shared, ...unitOfOne().users] } as Unit;
  const { verdicts, leases } = await syncUnit(unit, { ...options(new Set()), client });
  expect(leases).toMatchObject([{ kind: 'postponed', recordId: LEAD_ID }]);
  expect(verdicts).toMatchObject([{ recordId: OTHER_ID, reason: 'OK' }]);
});

describe('a user whose records have gone over to another', () => {
  const OTHER_ID = '00Q000000000002EAA';
  const accepted = { kind: 'accepted', status: 202, oneSignalId: undefined } as const;
  const busy = { kind: 'rate_limited', status: 429, retryAfterMs: 1_000, scope: 'user' } as const;
  const loser = {
    key: OTHER_ID,
    members: [],
    toLink: [],
    hasUnseenRecord: false,
    lostByDeletionOnly: false,
    hasMovedOne: true,
    handedOver: [{ recordId: OTHER_ID, object: 'Lead', to: LEAD_ID }],
  } as const;
  const held = { ...nothingHeld(OTHER_ID), aliases: { salesforce_id: OTHER_ID, site: 'a' }, createdAt: 0 };
  const unit = { ...unitOfOne(), users: [loser, ...unitOfOne().users] };
  const merged = (given: { winner: OneSignalOutcome; createdAt?: number | null; held?: KnownUser }) => {
    const client = {
      updateTags: () => Promise.resolve(accepted),
      deleteAlias: () => Promise.resolve(accepted),
      createUser: () => Promise.resolve(given.winner),
    } as unknown as OneSignalClient;
    const known = new Map([[OTHER_ID, { ...(given.held ?? held), createdAt: given.createdAt ?? null }]]);
    return syncUnit(unit, { ...options(new Set()), client, known });
  };
  const created = { kind: 'created', status: 201, oneSignalId: 'os-1' } as const;

  test('keeps to itself which records it stood for', async () => {
    const named = { ...held, aliases: { ...held.aliases, salesforce_lead_id: OTHER_ID } };
    const { users } = await merged({ winner: created, held: named });
    expect(users).toContainEqual(expect.objectContaining({ key: LEAD_ID, inherited: { site: 'a' } }));
  });

  test('hands its further aliases over even if the other one can’t take them yet', async () => {
    const { users, leases } = await merged({ winner: busy });
    expect(leases).toMatchObject([{ kind: 'postponed' }]);
    expect(users).toContainEqual({ ...nothingHeld(LEAD_ID), inherited: { site: 'a' } });
  });

  test('may go a minute after we made it', async () => {
    const { users } = await merged({ winner: created, createdAt: NOW - 5_000 });
    expect(users).toContainEqual(expect.objectContaining({ key: OTHER_ID, retireAt: NOW - 5_000 + REPLICATION_MS }));
  });

  test('is left alone and forgotten where we did not make it', async () => {
    const { users, forgottenUsers } = await merged({ winner: created, createdAt: null });
    expect(users.map(({ key }) => key)).toEqual([LEAD_ID]);
    expect(forgottenUsers).toEqual([OTHER_ID]);
  });
});

test('a record that came along and moves is due itself where its new user could not be done: the next try may not come to it', async () => {
  const busy = { kind: 'rate_limited', status: 429, retryAfterMs: 1_000, scope: 'user' } as const;
  const client = { createUser: () => Promise.resolve(busy) } as unknown as OneSignalClient;
  const leases = [leased({ recordId: CONTACT_ID, object: 'Contact' })];
  const along = { ...unitOfOne(), leases, movers: new Set([LEAD_ID]) };
  const { alsoDue, links } = await syncUnit(along, { ...options(new Set()), client });
  expect(links).toEqual([{ recordId: LEAD_ID, object: 'Lead', userKey: LEAD_ID }]);
  expect(alsoDue).toEqual([{ recordId: LEAD_ID, notBefore: NOW }]);
  expect((await syncUnit(unitOfOne(), { ...options(new Set()), client })).alsoDue).toEqual([]);
});
