import type { AddressClaim, StoredAddress } from '../../../relay/store/store.ts';
import type { OneProcess } from '../../emulators/one-process.ts';
import { CONTACT, LEAD, leaseAll, OTHER_LEAD, result, settled, T0 } from './store-samples.ts';

const EMAIL = { type: 'Email', hash: 'hash-1' } as const;

export function describeAddresses(current: () => OneProcess): void {
  describe('addresses', () => {
    const claim = async (userKey: string, recordId: string, given: Partial<AddressClaim> = {}) => {
      const [row] = await current().claimAddresses([
        { ...EMAIL, userKey, recordId, makingUntil: null, isOptedOut: false, ...given },
      ]);
      if (row === undefined) throw new Error('a claim came to nothing');
      return row;
    };
    const commit = (address: StoredAddress | undefined, userBefore: string) =>
      current().commitSync([result({ addresses: [{ name: EMAIL, userBefore, address }] })], T0);
    const due = async () => (await leaseAll(current())).map(({ recordId }) => recordId);

    test('the first claim gets an address, and another one learns who has it', async () => {
      const first = { ...EMAIL, userKey: 'user-1', recordId: LEAD, heldBy: null, origin: 'unknown', isOn: null };
      expect(await claim('user-1', LEAD)).toEqual({
        ...first,
        making: null,
        isOffByUs: false,
        isInherited: false,
        isOptedOutElsewhere: false,
      });
      expect(await claim('user-2', OTHER_LEAD, { makingUntil: T0 })).toMatchObject(first);
      expect(await claim('user-1', LEAD, { makingUntil: T0 })).toMatchObject({ ...first, origin: 'ours' });
      expect(await claim('user-1', LEAD)).toMatchObject({ ...first, origin: 'ours' });
      expect(await claim('user-2', OTHER_LEAD, { type: 'SMS' })).toMatchObject({ userKey: 'user-2', type: 'SMS' });
      expect(await current().addressesOf({ userKeys: ['user-1', 'user-3'], recordIds: [] })).toMatchObject([
        { ...first, origin: 'ours' },
      ]);
    });

    test('it is found by its name, whoever has it', async () => {
      await claim('user-1', LEAD);
      await claim('user-2', OTHER_LEAD, { isOptedOut: true });
      await claim('user-2', OTHER_LEAD, { type: 'SMS' });
      const names = [EMAIL, { type: 'Email', hash: 'hash-2' } as const];
      expect(await current().addressesNamed(names)).toMatchObject([
        { ...EMAIL, userKey: 'user-1', isOptedOutElsewhere: true },
      ]);
      expect(await current().addressesNamed([])).toEqual([]);
    });

    test('it goes with its record to another user, and from one user of a unit to another', async () => {
      const row = await claim('user-1', LEAD, { makingUntil: T0 });
      await commit({ ...row, heldBy: 'user-1', isOn: true }, 'user-1');
      expect(await claim('user-2', LEAD)).toMatchObject({ userKey: 'user-2', heldBy: 'user-1', isOn: true });
      expect(await claim('user-3', CONTACT, { userBefore: 'user-2' })).toMatchObject({
        userKey: 'user-3',
        recordId: CONTACT,
      });
    });

    test('until when it may be made for a user is kept, whoever takes it next', async () => {
      const making = { userKey: 'user-1', until: T0 + 1 };
      expect(await claim('user-1', LEAD, { makingUntil: T0 + 1 })).toMatchObject({ making });
      expect(await claim('user-1', LEAD)).toMatchObject({ making });
      const row = await claim('user-2', CONTACT, { userBefore: 'user-1' });
      expect(row).toMatchObject({ userKey: 'user-2', making });
      await commit({ ...row, making: { ...making, until: T0 + 2 } }, 'user-2');
      expect(await claim('user-2', CONTACT)).toMatchObject({ making: { ...making, until: T0 + 2 } });
      const moving = await claim('user-2', CONTACT, { makingUntil: T0 + 3, heldBy: 'user-1' });
      expect(moving).toMatchObject({ heldBy: 'user-1', making: { userKey: 'user-2', until: T0 + 3 } });
      expect(await claim('user-2', CONTACT)).toMatchObject({ heldBy: 'user-1' });
      await commit({ ...row, making: null }, 'user-2');
      expect(await claim('user-2', CONTACT)).toMatchObject({ making: null });
    });

    test('it is found by its record too, with whichever user it is', async () => {
      await claim('user-1', LEAD);
      await claim('user-2', CONTACT, { type: 'SMS' });
      const found = await current().addressesOf({ userKeys: ['user-2'], recordIds: [LEAD] });
      expect(found.map(({ userKey }) => userKey).sort()).toEqual(['user-1', 'user-2']);
    });

    test('all of it is kept', async () => {
      const row = await claim('user-1', LEAD);
      const whole = {
        ...row,
        heldBy: 'user-1',
        origin: 'theirs',
        isOn: false,
        isOffByUs: true,
        isInherited: true,
      } as const;
      await commit(whole, 'user-1');
      expect(await current().addressesOf({ userKeys: ['user-1'], recordIds: [] })).toEqual([whole]);
      await commit({ ...whole, isOn: true, isOffByUs: false, isInherited: false }, 'user-1');
      expect(await current().addressesOf({ userKeys: ['user-1'], recordIds: [] })).toEqual([
        { ...whole, isOn: true, isOffByUs: false, isInherited: false },
      ]);
    });

    test('records that wait for an address become due once it is free, and the next one has it', async () => {
      await claim('user-1', LEAD);
      await claim('user-2', OTHER_LEAD);
      await claim('user-3', CONTACT);
      expect(await due()).toEqual([]);
      await commit(undefined, 'user-1');
      expect((await due()).sort()).toEqual([CONTACT, OTHER_LEAD]);
      expect(await claim('user-3', CONTACT)).toMatchObject({ userKey: 'user-3' });
      await commit(undefined, 'user-3');
      expect(await due()).toEqual([]);
    });

    test('an address whose record is gone stays with its user until another record wants it', async () => {
      const row = await claim('user-1', LEAD, { makingUntil: T0 });
      await claim('user-2', OTHER_LEAD);
      await commit({ ...row, recordId: null, heldBy: 'user-1' }, 'user-1');
      expect(await due()).toEqual([OTHER_LEAD]);
      expect(await claim('user-2', OTHER_LEAD)).toMatchObject({ userKey: 'user-2', heldBy: 'user-1', origin: 'ours' });
    });

    test('the record that has an address looks again when one that waits for it opts out, and when that is over', async () => {
      const isOut = async () =>
        (await current().addressesOf({ userKeys: ['user-1'], recordIds: [] })).map((row) => row.isOptedOutElsewhere);
      const waits = (names: readonly (typeof EMAIL)[]) =>
        current().commitSync([result({ addressWaits: [{ recordId: OTHER_LEAD, names }] })], T0 + 1);
      const settle = async () => {
        const leases = await leaseAll(current(), T0 + 10_000_000_000_000);
        await current().commitSync(
          [result({ leases: leases.map(({ recordId, generation }) => settled(recordId, generation)) })],
          T0,
        );
        return leases.map(({ recordId }) => recordId);
      };
      await claim('user-1', LEAD);
      await claim('user-2', OTHER_LEAD);
      expect([await settle(), await isOut()]).toEqual([[], [false]]);
      await claim('user-2', OTHER_LEAD, { isOptedOut: true });
      expect([await settle(), await isOut()]).toEqual([[LEAD], [true]]);
      await claim('user-2', OTHER_LEAD, { isOptedOut: true });
      await waits([EMAIL]);
      expect([await settle(), await isOut()]).toEqual([[], [true]]);
      await claim('user-2', OTHER_LEAD);
      expect([await settle(), await isOut()]).toEqual([[LEAD], [false]]);
      await claim('user-2', OTHER_LEAD, { isOptedOut: true });
      await settle();
      await waits([]);
      expect([await settle(), await isOut()]).toEqual([[LEAD], [false]]);
    });

    test('a change is void once another user has the address', async () => {
      const row = await claim('user-1', LEAD);
      await commit({ ...row, recordId: null }, 'user-1');
      await claim('user-2', OTHER_LEAD);
      await claim('user-3', CONTACT);
      await commit({ ...row, recordId: null }, 'user-1');
      await commit(undefined, 'user-1');
      expect(await due()).toEqual([]);
      expect(await current().addressesOf({ userKeys: ['user-2'], recordIds: [] })).toMatchObject([
        { recordId: OTHER_LEAD },
      ]);
    });
  });
}
