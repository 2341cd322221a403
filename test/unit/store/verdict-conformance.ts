import type { OneProcess } from '../../emulators/one-process.ts';
import {
  CONTACT,
  change,
  LEAD,
  leaseOne,
  makeDue,
  OTHER_LEAD,
  pendingAt,
  pendingOne,
  result,
  settled,
  T0,
  verdict,
} from './store-samples.ts';

export function describeVerdicts(current: () => OneProcess): void {
  describe('verdicts and write-backs', () => {
    test('a verdict waits for its write-back with all it says', async () => {
      const store = current();
      const given = verdict(LEAD, { status: 'Failed', reason: 'TAG_LIMIT', detail: '名前 – détail', stage: null });
      await store.commitSync([result({ verdicts: [given] })], T0);
      const { inputHash: _, mappingVersion: __, needsWriteBack: ___, ...said } = given;
      expect(await pendingAt(store)).toEqual([
        { verdict: said, version: 1, attempts: 0, isRefused: false, waitsSince: T0 },
      ]);
      expect((await store.nextAttemptAt()).writeBack).toBe(T0);
    });

    test('a newer verdict replaces one that still waits: one write for both', async () => {
      const store = current();
      await store.commitSync([result({ verdicts: [verdict(LEAD)] })], T0);
      await store.commitSync([result({ verdicts: [verdict(LEAD, { stage: 'MQL' })] })], T0 + 1);
      const pending = await pendingOne(store, T0 + 1);
      expect(pending.verdict.stage).toBe('MQL');
      await store.commitWriteBacks([{ kind: 'written', recordId: LEAD, version: pending.version }]);
      expect(await pendingAt(store, T0 + 1_000)).toEqual([]);
      expect(await store.counts()).toEqual({ due: 0, pendingWriteBacks: 0, deadLetters: 0 });
    });

    test.each(['written', 'dropped'] as const)(
      '"%s" of an old version does not clear a newer verdict',
      async (kind) => {
        const store = current();
        await store.commitSync([result({ verdicts: [verdict(LEAD)] })], T0);
        const { version } = await pendingOne(store);
        await store.commitSync([result({ verdicts: [verdict(LEAD, { stage: 'MQL' })] })], T0);
        await store.commitWriteBacks([{ kind, recordId: LEAD, version }]);
        expect((await pendingOne(store)).verdict.stage).toBe('MQL');
      },
    );

    test('a refusal of an old version does not hold up a newer verdict', async () => {
      const store = current();
      await store.commitSync([result({ verdicts: [verdict(LEAD)] })], T0);
      const { version } = await pendingOne(store);
      await store.commitSync([result({ verdicts: [verdict(LEAD, { stage: 'MQL' })] })], T0);
      const refused = {
        kind: 'refused',
        statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
        notBefore: T0 + 9e5,
      } as const;
      await store.commitWriteBacks([{ ...refused, recordId: LEAD, version }]);
      await store.commitWriteBacks([{ kind: 'again', recordId: LEAD, version, notBefore: T0 + 9e5 }]);
      expect(await pendingOne(store)).toMatchObject({ attempts: 0, verdict: { stage: 'MQL' } });
      expect((await store.counts()).deadLetters).toBe(0);
    });

    test('a refused write-back says so when it comes round again, and a newer verdict starts anew', async () => {
      const store = current();
      await store.commitSync([result({ verdicts: [verdict(LEAD)] })], T0);
      const { version } = await pendingOne(store);
      const refused = { kind: 'refused', statusCode: 'ENTITY_IS_LOCKED', notBefore: T0 + 9e5 } as const;
      await store.commitWriteBacks([{ ...refused, recordId: LEAD, version }]);
      expect(await pendingOne(store, T0 + 9e5)).toMatchObject({ isRefused: true, attempts: 1 });
      await store.commitWriteBacks([{ kind: 'again', recordId: LEAD, version, notBefore: T0 + 1e6 }]);
      expect(await pendingOne(store, T0 + 1e6)).toMatchObject({ isRefused: true, attempts: 2 });
      await store.commitSync([result({ verdicts: [verdict(LEAD, { stage: 'MQL' })] })], T0 + 1e6);
      expect(await pendingOne(store, T0 + 1e6)).toMatchObject({ isRefused: false, attempts: 0 });
    });

    test('a verdict that the record says already is kept but not written', async () => {
      const store = current();
      await store.commitSync([result({ verdicts: [verdict(LEAD, { needsWriteBack: false })] })], T0);
      expect(await pendingAt(store)).toEqual([]);
      expect(await store.counts()).toMatchObject({ pendingWriteBacks: 0 });
    });

    test('it is written all the same while another verdict is on its way, which would overwrite it', async () => {
      const store = current();
      await store.commitSync([result({ verdicts: [verdict(LEAD, { stage: 'MQL' })] })], T0);
      await store.commitSync([result({ verdicts: [verdict(LEAD, { needsWriteBack: false })] })], T0);
      expect((await pendingOne(store)).verdict.stage).toBe('Working');
    });

    test('it is written all the same when another verdict was written since the record was read', async () => {
      const store = current();
      await store.commitSync([result({ verdicts: [verdict(LEAD, { stage: 'MQL' })] })], T0);
      const { version } = await pendingOne(store);
      await store.commitWriteBacks([{ kind: 'written', recordId: LEAD, version }]);
      await store.commitSync([result({ verdicts: [verdict(LEAD, { needsWriteBack: false })] })], T0);
      expect((await pendingOne(store)).verdict.stage).toBe('Working');
    });

    test('a verdict equal to the one that was written is not written again', async () => {
      const store = current();
      await store.commitSync([result({ verdicts: [verdict(LEAD)] })], T0);
      const { version } = await pendingOne(store);
      await store.commitWriteBacks([{ kind: 'written', recordId: LEAD, version }]);
      await store.commitSync([result({ verdicts: [verdict(LEAD, { needsWriteBack: false, decidedAt: T0 + 5 })] })], T0);
      expect(await pendingAt(store)).toEqual([]);
    });

    test.each(['NOT_VISIBLE', 'RECORD_DELETED'] as const)(
      '%s ends what was on its way: there is nothing to write to',
      async (reason) => {
        const store = current();
        await store.commitSync([result({ verdicts: [verdict(LEAD)] })], T0);
        const status = reason === 'NOT_VISIBLE' ? 'Failed' : 'Skipped';
        const absent = verdict(LEAD, { reason, status, stage: null, inputHash: null, needsWriteBack: false });
        await store.commitSync([result({ verdicts: [absent] })], T0);
        expect(await pendingAt(store)).toEqual([]);
        expect((await store.counts()).deadLetters).toBe(reason === 'NOT_VISIBLE' ? 1 : 0);
      },
    );

    test('a write to try again waits, counts, and takes a wait with a fraction of a millisecond', async () => {
      const store = current();
      await store.commitSync([result({ verdicts: [verdict(LEAD)] })], T0);
      const { version } = await pendingOne(store);
      await store.commitWriteBacks([{ kind: 'again', recordId: LEAD, version, notBefore: T0 + 100.5 }]);
      expect(await pendingAt(store, T0 + 100)).toEqual([]);
      expect(await pendingOne(store, T0 + 101)).toMatchObject({ version, attempts: 1 });
      expect((await store.counts()).pendingWriteBacks).toBe(1);
    });

    test('a refused write is a dead letter, waits longer, and is tried again', async () => {
      const store = current();
      await store.commitSync([result({ verdicts: [verdict(LEAD)] })], T0);
      const { version } = await pendingOne(store);
      const refusal = { kind: 'refused', statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' } as const;
      await store.commitWriteBacks([{ ...refusal, recordId: LEAD, version, notBefore: T0 + 900_000.75 }]);
      expect(await store.counts()).toEqual({ due: 0, pendingWriteBacks: 0, deadLetters: 1 });
      expect(await pendingAt(store, T0 + 899_999)).toEqual([]);
      expect(await pendingOne(store, T0 + 900_001)).toMatchObject({ version, attempts: 1 });
      await store.commitWriteBacks([{ kind: 'written', recordId: LEAD, version }]);
      expect((await store.counts()).deadLetters).toBe(0);
    });

    test('a failed and refused verdict counts as one dead letter', async () => {
      const store = current();
      const failed = verdict(LEAD, { status: 'Failed', reason: 'TAG_LIMIT' });
      await store.commitSync([result({ verdicts: [failed, verdict(OTHER_LEAD), verdict(CONTACT)] })], T0);
      const refusal = { kind: 'refused', statusCode: 'X', notBefore: T0 + 1 } as const;
      for (const recordId of [LEAD, CONTACT]) await store.commitWriteBacks([{ ...refusal, recordId, version: 1 }]);
      expect(await store.counts()).toMatchObject({ pendingWriteBacks: 1, deadLetters: 2 });
    });

    test('no more write-backs are named than asked for, the longest waiting first', async () => {
      const store = current();
      await store.commitSync([result({ verdicts: [verdict(OTHER_LEAD)] })], T0 + 1);
      await store.commitSync([result({ verdicts: [verdict(LEAD)] })], T0);
      const [first, ...others] = await store.pendingWriteBacks({ limit: 1, now: T0 + 9 });
      expect([first?.verdict.recordId, others]).toEqual([LEAD, []]);
    });

    test('of one object only its own are named, however many of the other wait longer', async () => {
      const store = current();
      await store.commitSync([result({ verdicts: [verdict(LEAD), verdict(OTHER_LEAD)] })], T0);
      await store.commitSync([result({ verdicts: [verdict(CONTACT)] })], T0 + 1);
      const waiting = async (object: 'Lead' | 'Contact') =>
        (await store.pendingWriteBacks({ limit: 2, now: T0 + 9, object })).map((one) => one.verdict.recordId);
      expect(await waiting('Contact')).toEqual([CONTACT]);
      expect((await waiting('Lead')).sort()).toEqual([LEAD, OTHER_LEAD]);
    });

    test('reconcile sees the last verdict, and whether it is on the record', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)]);
      const { generation } = await leaseOne(store);
      await store.commitSync([result({ verdicts: [verdict(LEAD)], leases: [settled(LEAD, generation)] })], T0);
      const seen = async () => (await store.knownRecords([LEAD])).get(LEAD);
      expect(await seen()).toEqual({
        recordId: LEAD,
        isDue: false,
        isUnderWork: false,
        verdict: {
          status: 'Synced',
          stage: 'Working',
          answers: '2026-11-24T10:00:00.000+0000',
          inputHash: 'hash-1',
          mappingVersion: 'mapping-1',
          isOnItsWay: true,
        },
      });
      await store.commitWriteBacks([{ kind: 'refused', recordId: LEAD, version: 1, statusCode: 'X', notBefore: T0 }]);
      expect((await seen())?.verdict?.isOnItsWay).toBe(true);
      await store.commitWriteBacks([{ kind: 'written', recordId: LEAD, version: 1 }]);
      expect((await seen())?.verdict?.isOnItsWay).toBe(false);
    });

    test('one bad result takes the whole commit back', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)]);
      const { generation } = await leaseOne(store);
      const good = result({ verdicts: [verdict(LEAD)], leases: [settled(LEAD, generation)] });
      const bad = result({ verdicts: [verdict(CONTACT, { detail: null as unknown as string })] });
      await expect(store.commitSync([good, bad], T0)).rejects.toMatchObject({ code: 'STORE_FAILED' });
      expect(await pendingAt(store)).toEqual([]);
      expect((await store.counts()).due).toBe(1);
    });
  });
}
