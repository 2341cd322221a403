import { TIDIED, type TidiedTable } from '../../../relay/store/tidy-rules.ts';
import type { OneProcess } from '../../emulators/one-process.ts';
import {
  CHANNEL,
  CONTACT,
  change,
  LEAD,
  leaseOne,
  makeDue,
  OTHER_LEAD,
  pendingAt,
  result,
  settled,
  T0,
  user,
  verdict,
} from './store-samples.ts';

const DAY = 86_400_000;
const KEPT = 30 * DAY;
const HINT = { stage: 'Working', changedAt: '2026-11-24T10:00:00.000Z' };
const GONE = { status: 'Skipped', reason: 'RECORD_DELETED', stage: null, answers: null, onesignalId: null } as const;
const email = (hash: string) => ({ type: 'Email', hash }) as const;

export function describeTidying(current: () => OneProcess): void {
  const tidyTable = async (table: TidiedTable, now: number, limit: number) => {
    let forgotten = 0;
    let after: readonly (string | number)[] | undefined;
    do {
      const page = await current().tidy({ table, after, limit, now, forgetBefore: now - KEPT });
      forgotten += page.forgotten;
      after = page.next;
    } while (after !== undefined);
    return forgotten;
  };
  const tidy = async (now: number, limit = 500) => {
    let forgotten = 0;
    for (const table of TIDIED) forgotten += await tidyTable(table, now, limit);
    return forgotten;
  };
  const rows = async () => (await current().size()).rows;
  const NOTHING = {
    ...{ records: 0, users: 0, verdicts: 0, addresses: 0, address_waiters: 0, transitions: 0 },
    ...{ journal: 0, history: 0 },
    ...{ engagement: 0, stage_moves: 0 },
  };

  /** Settles a due record as one that is there, with its user. */
  const settleLiving = async (recordId: string, userKey: string) => {
    const store = current();
    await makeDue(store, [change(recordId, { hint: HINT })]);
    const { generation } = await leaseOne(store);
    const leases = [settled(recordId, generation)];
    const links = [{ ...change(recordId), userKey }];
    const users = [user(userKey, { tags: { sf_stage: 'h' } })];
    const verdicts = [verdict(recordId, { needsWriteBack: false })];
    await store.commitSync([result({ leases, links, users, verdicts })], T0);
  };
  /** Settles it as one that is deleted, whose user keeps its tags. */
  const settleDeleted = async (recordId: string, at: number) => {
    const store = current();
    await makeDue(store, [change(recordId, { isDeletion: true, hint: HINT })], at);
    const { generation } = await leaseOne(store, at);
    const links = [{ ...change(recordId), userKey: null }];
    const verdicts = [verdict(recordId, { ...GONE, decidedAt: at, inputHash: null, needsWriteBack: false })];
    await store.commitSync([result({ leases: [settled(recordId, generation, false)], links, verdicts })], at);
  };

  describe('what nobody needs any more', () => {
    test('a deleted record keeps its verdict for the whole time, then nothing of it is left', async () => {
      await settleLiving(LEAD, 'user-1');
      await settleDeleted(LEAD, T0 + 1);
      await tidy(T0 + 1);
      expect(await tidy(T0 + KEPT)).toBe(0);
      expect((await current().knownRecords([LEAD])).get(LEAD)?.verdict).toMatchObject({ status: 'Skipped' });
      expect(await tidy(T0 + 2 + KEPT)).toBe(2);
      expect(await rows()).toEqual(NOTHING);
      expect((await current().knownRecords([LEAD])).size).toBe(0);
    });

    test('what people did with messages is kept for the whole time, and a message’s name a year longer', async () => {
      const store = current();
      await settleLiving(LEAD, 'user-1');
      const clicked = { channel: 'email', what: 'clicked', externalId: 'user-1', onesignalId: null } as const;
      await store.addEngagement([{ ...clicked, id: 'e-1', at: T0, messageId: 'm-1', messageName: 'Hi' }], T0);
      await tidy(T0 + KEPT);
      expect((await rows()).engagement).toBe(1);
      expect(await tidy(T0 + KEPT + 1)).toBe(1);
      expect([(await rows()).engagement, await store.engagementCameAt()]).toEqual([0, T0]);
      await tidy(T0 + KEPT + 365 * DAY);
      expect(await store.engagementCameAt()).toBe(T0);
      await tidy(T0 + KEPT + 365 * DAY + 1);
      expect(await store.engagementCameAt()).toBeUndefined();
    });

    test('a person’s counts go with the last record that stands for them', async () => {
      const store = current();
      await settleLiving(LEAD, 'user-1');
      const counts = { opens: 1, clicks: 1, lastAt: T0, lastMessageId: null, unsubscribedAt: null, emailEndedAt: null };
      const digest = { events: [], moves: [], records: [], writeAt: T0, now: T0 };
      await store.commitEngagement({ ...digest, users: [{ key: 'user-1', ...counts }] });
      const known = () => store.engagementContext({ userKeys: ['user-1'], movesFrom: 0, touchesFrom: 0 });
      await tidy(T0 + 2 * KEPT);
      expect((await known()).users).toHaveLength(1);
      await settleDeleted(LEAD, T0 + 2 * KEPT);
      await tidy(T0 + 2 * KEPT + 1);
      expect((await known()).users).toEqual([]);
    });

    test('what came with its events goes with the verdict that finds it deleted', async () => {
      const store = current();
      await settleLiving(LEAD, 'user-1');
      const moved = { recordId: LEAD, object: 'Lead', stage: 'Working', priorStage: null, at: T0 / 1000 } as const;
      await store.commitEvents({
        channel: CHANNEL,
        replayId: undefined,
        changes: [],
        transitions: [
          { kind: 'event', ...moved },
          { kind: 'event', ...moved, recordId: CONTACT, object: 'Contact' },
        ],
        receivedAt: T0,
      });
      await settleDeleted(LEAD, T0 + 1);
      expect((await rows()).transitions).toBe(1);
      await makeDue(store, [change(LEAD)], T0 + 2);
      expect(await leaseOne(store, T0 + 2)).toMatchObject({ hint: undefined, hasDeletionEvidence: true });
    });

    test('a record that became due again while it was found deleted keeps what the newer event said', async () => {
      const store = current();
      await makeDue(store, [change(LEAD, { isDeletion: true })]);
      const { generation } = await leaseOne(store);
      await makeDue(store, [change(LEAD, { hint: HINT })], T0 + 1);
      const verdicts = [verdict(LEAD, { ...GONE, needsWriteBack: false })];
      await store.commitSync([result({ leases: [settled(LEAD, generation, false)], verdicts })], T0 + 1);
      expect((await leaseOne(store, T0 + 1)).hint).toEqual(HINT);
      expect(await tidy(T0 + 2 * KEPT)).toBe(0);
    });

    test('a living record is untouched by a year of tidying, and so is all that it needs', async () => {
      const store = current();
      await settleLiving(LEAD, 'user-1');
      await settleLiving(OTHER_LEAD, 'user-2');
      const claim = { recordId: LEAD, userKey: 'user-1', userBefore: undefined, makingUntil: null, isOptedOut: false };
      await store.claimAddresses([{ ...email('h1'), ...claim }]);
      await store.claimAddresses([{ ...email('h1'), ...claim, recordId: OTHER_LEAD, userKey: 'user-2' }]);
      const seen = async () => [
        await rows(),
        await store.knownRecords([LEAD, OTHER_LEAD]),
        await store.users(['user-1', 'user-2']),
        await store.linkedRecords({ userKeys: ['user-1', 'user-2'], recordIds: [] }),
        await store.addressesOf({ userKeys: ['user-1'], recordIds: [] }),
      ];
      const before = await seen();
      for (let day = 0; day <= 365; day += 5) expect(await tidy(T0 + day * DAY)).toBe(0);
      expect(await seen()).toEqual(before);
      expect(before[0]).toMatchObject({ records: 2, users: 2, verdicts: 2, addresses: 1, address_waiters: 1 });
    });

    test.each(['NOT_VISIBLE', 'NO_EXTERNAL_ID', 'PERSON_ACCOUNT'] as const)(
      'a record that may live keeps its verdict %s without a user',
      async (reason) => {
        const store = current();
        await makeDue(store, [change(LEAD)]);
        const { generation } = await leaseOne(store);
        const verdicts = [verdict(LEAD, { reason, status: 'Skipped', needsWriteBack: false })];
        await store.commitSync([result({ leases: [settled(LEAD, generation)], verdicts })], T0);
        expect(await tidy(T0 + 2 * KEPT)).toBe(0);
        expect(await rows()).toMatchObject({ records: 1, verdicts: 1 });
      },
    );

    test('a user goes when no record has stood for it for the whole time, and its addresses with it', async () => {
      const store = current();
      await settleLiving(LEAD, 'user-1');
      const claim = { recordId: LEAD, userKey: 'user-1', userBefore: undefined, makingUntil: null, isOptedOut: false };
      await store.claimAddresses([{ ...email('h1'), ...claim }]);
      await settleDeleted(LEAD, T0 + 1);
      await tidy(T0 + DAY);
      await tidy(T0 + DAY + KEPT);
      expect(await rows()).toMatchObject({ users: 1, addresses: 1 });
      await tidy(T0 + DAY + KEPT + 1);
      expect(await rows()).toEqual(NOTHING);
    });

    test('a user that a record stands for again begins anew', async () => {
      const store = current();
      await store.commitSync([result({ users: [user('user-1')] })], T0);
      await tidy(T0);
      const link = (userKey: string | null) =>
        store.commitSync([result({ links: [{ ...change(LEAD), userKey }] })], T0 + DAY);
      await link('user-1');
      await tidy(T0 + DAY);
      await link(null);
      await tidy(T0 + 2 * DAY);
      await tidy(T0 + DAY + KEPT);
      expect((await rows()).users).toBe(1);
      await tidy(T0 + 2 * DAY + KEPT + 1);
      expect((await rows()).users).toBe(0);
    });

    test('a user that waits for something, or that a unit holds, stays', async () => {
      const store = current();
      const users = [
        user('asserted', { assertAt: T0 }),
        user('retiring', { retireAt: T0 }),
        user('held'),
        user('unused'),
      ];
      await store.commitSync([result({ users })], T0);
      await store.claimUsers(['held']);
      await tidy(T0);
      await tidy(T0 + KEPT + 1);
      expect([...(await store.users(users.map(({ key }) => key))).keys()].sort()).toEqual([
        'asserted',
        'held',
        'retiring',
      ]);
    });

    test('who waits for an address and is gone waits no more; the address stays for others that wait', async () => {
      const store = current();
      await settleLiving(LEAD, 'user-1');
      await settleLiving(OTHER_LEAD, 'user-2');
      const claim = { userBefore: undefined, makingUntil: null, isOptedOut: false };
      await store.claimAddresses([{ ...email('h1'), ...claim, recordId: LEAD, userKey: 'user-1' }]);
      await store.claimAddresses([{ ...email('h1'), ...claim, recordId: OTHER_LEAD, userKey: 'user-2' }]);
      await settleDeleted(OTHER_LEAD, T0 + 1);
      expect((await rows()).address_waiters).toBe(1);
      await tidy(T0 + 1);
      expect(await rows()).toMatchObject({ address_waiters: 0, addresses: 1 });
    });

    test('old transitions go, told or not', async () => {
      const at = T0 / 1000;
      const moved = { kind: 'event', object: 'Lead', priorStage: null, at } as const;
      await current().commitEvents({
        channel: CHANNEL,
        replayId: undefined,
        changes: [],
        transitions: [
          { ...moved, recordId: LEAD, stage: 'Old' },
          { ...moved, recordId: LEAD, stage: 'New', at: at + 1 },
        ],
        receivedAt: T0,
      });
      expect(await tidy(T0 + KEPT + 1_000)).toBe(1);
      expect((await rows()).transitions).toBe(1);
    });

    test('doubt about a user that nobody asks for goes after the time, but not while a record of it is due', async () => {
      const store = current();
      await store.commitSync([result({ links: [{ ...change(LEAD), userKey: 'due' }] })], T0);
      await store.claimUsers(['due', 'nobody']);
      const released = ['due', 'nobody'].map((key) => ({ key, freeAt: T0, isInDoubt: true }));
      await makeDue(store, [change(LEAD)]);
      await store.commitSync([result({ released })], T0);
      expect(await tidyTable('claims', T0 + KEPT, 9)).toBe(0);
      expect(await tidyTable('claims', T0 + KEPT + 1, 9)).toBe(1);
      expect(await store.claimUsers(['due'], ['nobody'])).toMatchObject([
        [{ wasInterrupted: true }],
        [{ wasInterrupted: false }],
      ]);
    });

    test('it goes page by page, and every row is looked at', async () => {
      const store = current();
      const keys = Array.from({ length: 11 }, (_, number) => `user-${number}`);
      await store.commitSync([result({ users: keys.map((key) => user(key)) })], T0);
      await tidy(T0, 3);
      const first = await store.tidy({
        table: 'users',
        after: undefined,
        limit: 3,
        now: T0 + KEPT + 1,
        forgetBefore: T0 + 1,
      });
      expect(first).toEqual({ forgotten: 3, next: ['user-10'] });
      expect((await rows()).users).toBe(8);
      expect(await tidy(T0 + KEPT + 1, 3)).toBe(8);
    });

    test('what is on its way to a record stays', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)]);
      const { generation } = await leaseOne(store);
      await store.commitSync([result({ leases: [settled(LEAD, generation)], verdicts: [verdict(LEAD)] })], T0);
      expect(await tidy(T0 + 2 * KEPT)).toBe(0);
      expect(await pendingAt(store)).toHaveLength(1);
    });

    test('a process whose part is over forgets nothing', async () => {
      const store = current();
      const { epoch } = store;
      await store.leave();
      const page = { epoch, table: 'users', after: undefined, limit: 9, now: T0, forgetBefore: T0 } as const;
      await expect(store.tidy(page)).rejects.toMatchObject({ code: 'PART_LOST' });
    });

    test('the size says what there is, in rows and bytes', async () => {
      const before = await current().size();
      expect(before.rows).toEqual(NOTHING);
      expect(before.bytes).toBeGreaterThan(0);
      const users = Array.from({ length: 2_000 }, (_, number) =>
        user(`user-${number}`, { tags: { a: 'x'.repeat(100) } }),
      );
      await current().commitSync([result({ users })], T0);
      const after = await current().size();
      expect(after.rows.users).toBe(2_000);
      expect(after.bytes - before.bytes).toBeGreaterThan(200_000);
    });
  });
}
