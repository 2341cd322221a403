import fc from 'fast-check';
import type { Absence, Gathered, RecordToRead } from '../../../relay/pipeline/gather.ts';
import { cutIntoUnits, toClaim } from '../../../relay/pipeline/units.ts';
import type { LeasedRecord } from '../../../relay/store/store.ts';
import { lead } from '../mapping/record-samples.ts';
import { leased } from './unit-samples.ts';

interface Sample {
  id: string;
  was?: string | null;
  is?: string | null;
  absence?: Absence;
  hasDeletionEvidence?: boolean;
}

function gathered(samples: readonly Sample[]): Gathered {
  const present = samples.filter(({ absence }) => absence === undefined);
  const record = ({ id, was = null, hasDeletionEvidence = false }: Sample): RecordToRead => ({
    recordId: id,
    object: 'Lead',
    hint: undefined,
    hasDeletionEvidence,
    userKey: was,
  });
  return {
    records: new Map(samples.map((sample) => [sample.id, record(sample)])),
    snapshots: new Map(present.map(({ id }) => [id, lead({ id })])),
    absences: new Map(samples.flatMap(({ id, absence }) => (absence === undefined ? [] : [[id, absence] as const]))),
    masters: new Map(),
    identities: new Map(
      present.map(({ id, is = null }) => [
        id,
        is === null ? ({ refusal: 'NO_EXTERNAL_ID' } as const) : { externalId: is },
      ]),
    ),
  };
}

function lease({ id, was = null }: Sample): LeasedRecord {
  return leased({ recordId: id, userKey: was });
}

test('a lease claims the users that its records are linked to already; one that a record moves to needs more', () => {
  const samples = [
    { id: 'a', was: 'u1', is: 'u1' },
    { id: 'b', was: 'u2', is: 'u3' },
    { id: 'c', is: 'u4' },
  ];
  const units = cutIntoUnits(gathered(samples), samples.map(lease), ['u5']);
  expect(units.map(toClaim)).toEqual([
    { keys: ['u1'], isLeased: true },
    { keys: ['u2', 'u3'], isLeased: false },
    { keys: ['u4'], isLeased: false },
    { keys: ['u5'], isLeased: false },
  ]);
});

test('each lease is in one unit, and no two units touch one user', () => {
  const key = fc.constantFrom(null, 'u1', 'u2', 'u3', 'u4', 'u5');
  const sample = fc.record({ id: fc.constantFrom(...'abcdefghij'), was: key, is: key, isLeased: fc.boolean() });
  fc.assert(
    fc.property(
      fc.uniqueArray(sample, { selector: ({ id }) => id }),
      fc.subarray(['u1', 'u5', 'u9']),
      (samples, asserted) => {
        const leased = samples.filter(({ isLeased }) => isLeased);
        const units = cutIntoUnits(gathered(samples), leased.map(lease), asserted);
        expect(units.flatMap(({ leases }) => leases.map(({ recordId }) => recordId)).sort()).toEqual(
          leased.map(({ id }) => id).sort(),
        );
        const keys = units.flatMap(({ users }) => users.map((user) => user.key));
        expect(new Set(keys).size).toBe(keys.length);
        for (const wanted of asserted) expect(keys).toContain(wanted);
        for (const { is, was } of leased)
          for (const wanted of [is, was]) if (wanted !== null) expect(keys).toContain(wanted);
      },
    ),
  );
});

test('the user that loses a record comes before the one that gains it', () => {
  const moved = { id: 'a', was: 'old', is: 'new' };
  const [unit, ...others] = cutIntoUnits(gathered([moved]), [lease(moved)]);
  expect(others).toEqual([]);
  expect(unit?.users.map(({ key, members }) => [key, members.length])).toEqual([
    ['old', 0],
    ['new', 1],
  ]);
  expect(unit?.users[0]?.lostByDeletionOnly).toBe(false);
});

test('a record that can’t be seen still stands for its user, one that was deleted does not', () => {
  const samples = [
    { id: 'a', was: 'hidden', absence: 'not_visible' as const },
    { id: 'b', was: 'gone', absence: 'deleted' as const },
  ];
  const users = cutIntoUnits(gathered(samples), samples.map(lease)).flatMap((unit) => unit.users);
  const of = (key: string) => users.find((user) => user.key === key);
  expect(of('hidden')).toMatchObject({ hasUnseenRecord: true, members: [] });
  expect(of('gone')).toMatchObject({ hasUnseenRecord: false, lostByDeletionOnly: true, members: [] });
});

test('a record that stands for no user is refused in its unit, with its reason', () => {
  const sample = { id: 'a', was: 'u1', is: null };
  const [unit] = cutIntoUnits(gathered([sample]), [lease(sample)]);
  expect(unit?.refused).toEqual([{ snapshot: expect.objectContaining({ id: 'a' }), reason: 'NO_EXTERNAL_ID' }]);
  expect(unit?.users.map(({ key }) => key)).toEqual(['u1']);
});

test('of those that are not due, a unit names the ones that move to another user', () => {
  const due = { id: 'a', was: 'u1', is: 'u2' };
  const samples = [
    due,
    { id: 'moves', was: 'u1', is: 'u3' },
    { id: 'stays', was: 'u1', is: 'u1' },
    { id: 'new', was: null, is: 'u1' },
  ];
  const [unit] = cutIntoUnits(gathered(samples), [lease(due)]);
  expect(unit?.movers).toEqual(new Set(['moves']));
});

test('only a link that is new is to be stored, or one that makes evidence of a deletion void', () => {
  const samples = [
    { id: 'stays', was: 'u1', is: 'u1' },
    { id: 'moves', was: 'u2', is: 'u1' },
    { id: 'new', was: null, is: 'u1' },
    { id: 'lives', was: 'u1', is: 'u1', hasDeletionEvidence: true },
  ];
  const users = cutIntoUnits(gathered(samples), samples.map(lease)).flatMap((unit) => unit.users);
  expect(users.map(({ key, toLink }) => [key, toLink])).toEqual([
    ['u2', []],
    ['u1', ['moves', 'new', 'lives']],
  ]);
});
