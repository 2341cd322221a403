import type { EngagementEvent } from '../../../relay/mapping/engagement.ts';
import type { PendingEngagement } from '../../../relay/store/engagement.ts';
import type { VerdictToStore } from '../../../relay/store/store.ts';
import type { OneProcess } from '../../emulators/one-process.ts';
import { CONTACT, LEAD, OTHER_LEAD, result, T0, user, verdict } from './store-samples.ts';

const USER = 'user-1';
const MESSAGE = 'aaaaaaaa-0000-4000-8000-000000000001';
const OTHER_MESSAGE = 'aaaaaaaa-0000-4000-8000-000000000002';

export function event(id: string, given: Partial<EngagementEvent> = {}): EngagementEvent {
  return {
    id,
    channel: 'email',
    what: 'clicked',
    at: T0,
    externalId: USER,
    onesignalId: null,
    messageId: MESSAGE,
    messageName: 'Welcome',
    ...given,
  };
}

const NOBODY = { opens: 0, clicks: 0, lastAt: null, lastMessageId: null, unsubscribedAt: null, emailEndedAt: null };

export function describeEngagement(current: () => OneProcess): void {
  const stand = (recordId: string, userKey: string | null, given: Partial<VerdictToStore> = {}) => {
    const sample = verdict(recordId, { needsWriteBack: false, ...given });
    const users = userKey === null ? [] : [user(userKey, { onesignalId: 'os-1' })];
    const links = [{ recordId, object: sample.object, userKey }];
    return current().commitSync([result({ verdicts: [sample], links, users })], T0);
  };
  const moved = (recordId: string, stage: string, seconds: number) =>
    stand(recordId, USER, { stage, stageAt: T0 / 1_000 + seconds });
  const commit = (given: Partial<Parameters<OneProcess['commitEngagement']>[0]>) =>
    current().commitEngagement({ events: [], users: [], moves: [], records: [], writeAt: T0, now: T0, ...given });
  const pending = (now = T0, until = now) => current().pendingEngagement({ object: 'Lead', limit: 200, now, until });
  const pendingOne = async (now = T0): Promise<PendingEngagement> => {
    const [one, ...others] = await pending(now);
    if (one === undefined || others.length > 0) throw new Error('expected one record');
    return one;
  };
  const say = (influencedBy: string | null = null) => ({ recordId: LEAD, object: 'Lead', influencedBy }) as const;
  const context = (userKeys = [USER], from = 0) =>
    current().engagementContext({ userKeys, movesFrom: from, touchesFrom: from });

  describe('what people do with messages', () => {
    test('an event counts once, however often and through whomever it comes', async () => {
      await stand(LEAD, USER);
      await current().addEngagement([event('e-1'), event('e-1')], T0);
      await current().addEngagement([event('e-1', { what: 'opened' })], T0 + 1);
      expect(await current().newEngagement(10)).toEqual([{ ...event('e-1'), userKey: USER }]);
      await commit({ events: [{ id: 'e-1', userKey: USER, recordId: LEAD }] });
      await current().addEngagement([event('e-1')], T0 + 2);
      expect(await current().newEngagement(10)).toEqual([]);
    });

    test('events come in the order in which they were received, up to a limit', async () => {
      await current().addEngagement([event('e-2')], T0 + 1);
      await current().addEngagement([event('e-3')], T0 + 2);
      await current().addEngagement([event('e-1')], T0 + 3);
      expect((await current().newEngagement(2)).map(({ id }) => id)).toEqual(['e-2', 'e-3']);
    });

    test('a user is known by external id, else by OneSignal’s own, else not at all', async () => {
      await stand(LEAD, USER);
      await current().addEngagement(
        [
          event('e-1'),
          event('e-2', { externalId: null, onesignalId: 'os-1' }),
          event('e-3', { externalId: 'somebody', onesignalId: 'os-2' }),
          event('e-4', { externalId: null, onesignalId: null }),
        ],
        T0,
      );
      const keys = (await current().newEngagement(10)).map(({ userKey }) => userKey);
      expect(keys).toEqual([USER, USER, null, null]);
    });

    test('of somebody whom the store does not know nothing is kept but that the event came', async () => {
      await stand(LEAD, null);
      await current().addEngagement([event('e-1', { externalId: 'somebody' })], T0);
      await commit({ events: [{ id: 'e-1', userKey: null, recordId: null }] });
      await stand(LEAD, 'somebody');
      await current().addEngagement([event('e-1', { externalId: 'somebody' })], T0 + 1);
      expect([await current().newEngagement(10), await current().engagementOf(LEAD, 10)]).toEqual([[], []]);
    });

    test('a message keeps the name that an earlier event gave it', async () => {
      await stand(LEAD, USER);
      await current().addEngagement([event('e-1', { what: 'sent', at: T0 - 5_000 })], T0);
      await current().addEngagement([event('e-2', { messageName: null })], T0);
      const events = ['e-1', 'e-2'].map((id) => ({ id, userKey: USER, recordId: LEAD }));
      await commit({ events });
      expect(await current().engagementOf(LEAD, 10)).toEqual([
        { at: T0, event: 'email.clicked', message: 'Welcome' },
        { at: T0 - 5_000, event: 'email.sent', message: 'Welcome' },
      ]);
      expect(await current().engagementOf(LEAD, 1)).toHaveLength(1);
    });

    test('it is known when an event about a message came last', async () => {
      expect(await current().engagementCameAt()).toBeUndefined();
      await current().addEngagement([event('e-1', { at: 1 }), event('e-2', { messageId: null })], T0 + 5);
      await current().addEngagement([event('e-3', { messageId: OTHER_MESSAGE })], T0);
      expect(await current().engagementCameAt()).toBe(T0 + 5);
    });

    test('a message without a name goes by its id', async () => {
      await stand(LEAD, USER);
      await current().addEngagement([event('e-1', { messageName: null })], T0);
      await commit({ events: [{ id: 'e-1', userKey: USER, recordId: LEAD }] });
      expect(await current().engagementOf(LEAD, 10)).toEqual([{ at: T0, event: 'email.clicked', message: MESSAGE }]);
    });

    test('a verdict on another stage than the last is a move, once', async () => {
      await moved(LEAD, 'New', 0);
      expect(await current().newMoves(10)).toEqual([]);
      await moved(LEAD, 'Working', 60);
      await moved(LEAD, 'Working', 60);
      const move = { recordId: LEAD, object: 'Lead', userKey: USER, stage: 'Working', priorStage: 'New' };
      expect(await current().newMoves(10)).toEqual([{ ...move, at: T0 + 60_000, messageId: null }]);
      await commit({ moves: [{ recordId: LEAD, stage: 'Working', at: T0 + 60_000, messageId: MESSAGE }] });
      expect(await current().newMoves(10)).toEqual([]);
      expect((await context()).moves).toEqual([{ ...move, at: T0 + 60_000, messageId: MESSAGE }]);
      expect((await context([USER], T0 + 60_001)).moves).toEqual([]);
    });

    test('a stage whose time is not known is no move', async () => {
      await stand(LEAD, USER, { stage: 'New' });
      await stand(LEAD, USER, { stage: 'Working' });
      await stand(LEAD, USER, { stage: null, stageAt: 1 });
      expect(await current().newMoves(10)).toEqual([]);
    });

    test('around a user are its totals, its records, their moves and what the user touched', async () => {
      await stand(LEAD, USER, { status: 'Skipped', reason: 'SHARED_EXTERNAL_ID' });
      await stand(CONTACT, USER);
      await stand(OTHER_LEAD, 'user-2');
      await current().addEngagement(
        [event('e-1'), event('e-2', { what: 'sent' }), event('e-3', { what: 'opened', messageId: null })],
        T0,
      );
      expect((await context()).touches).toEqual([]);
      const events = ['e-1', 'e-2', 'e-3'].map((id) => ({ id, userKey: USER, recordId: CONTACT }));
      const totals = { key: USER, ...NOBODY, clicks: 1, lastAt: T0, lastMessageId: MESSAGE };
      await commit({ events, users: [totals], records: [say(OTHER_MESSAGE)] });
      expect(await context()).toEqual({
        users: [totals],
        records: [
          { recordId: CONTACT, object: 'Contact', userKey: USER, isDeciding: true, influencedBy: null },
          { recordId: LEAD, object: 'Lead', userKey: USER, isDeciding: false, influencedBy: OTHER_MESSAGE },
        ],
        moves: [],
        touches: [{ userKey: USER, what: 'clicked', at: T0, messageId: MESSAGE }],
      });
      expect((await context([USER], T0 + 1)).touches).toEqual([]);
    });

    test('only the process that listens may say what events come to', async () => {
      await current().addEngagement([event('e-1')], T0);
      await current().leave();
      await expect(commit({})).rejects.toMatchObject({ code: 'PART_LOST' });
      await expect(current().commitEngagementWrites([])).rejects.toMatchObject({ code: 'PART_LOST' });
      // Any process may have been sent an event.
      await current().addEngagement([event('e-2')], T0);
    });
  });

  describe('records that are to say what people do with messages', () => {
    const totals = { key: USER, ...NOBODY, opens: 3, clicks: 2, lastAt: T0, lastMessageId: MESSAGE };
    const engage = async (given: Partial<typeof totals> | Record<string, number> = {}, writeAt = T0, now = T0) => {
      await stand(LEAD, USER);
      await current().addEngagement([event('e-1')], T0);
      await commit({ users: [{ ...totals, ...given }], records: [say(MESSAGE)], writeAt, now });
    };

    test('a record that waits has its totals, and the names of its messages', async () => {
      await engage();
      expect(await pendingOne()).toEqual({
        recordId: LEAD,
        object: 'Lead',
        opens: 3,
        clicks: 2,
        lastAt: T0,
        lastMessage: 'Welcome',
        influencedBy: 'Welcome',
        unsubscribedAt: null,
        emailEndedAt: null,
        version: 1,
        attempts: 0,
        isRefused: false,
        waitsSince: T0,
      });
    });

    test('a record waits for its time, and further news does not make it wait longer', async () => {
      await engage({}, T0 + 60_000);
      await engage({ clicks: 3 }, T0 + 90_000, T0 + 30_000);
      expect(await pending(T0 + 59_999)).toEqual([]);
      expect(await pendingOne(T0 + 60_000)).toMatchObject({ clicks: 3, version: 2 });
      expect(await pending(T0, T0 + 60_000)).toHaveLength(1);
      const contacts = { object: 'Contact', limit: 10, now: T0 + 60_000, until: T0 + 60_000 } as const;
      expect(await current().pendingEngagement(contacts)).toEqual([]);
    });

    test('what was written waits no more, unless there is news since', async () => {
      await engage();
      const { version, ...told } = await pendingOne();
      await engage({ clicks: 5 });
      await current().commitEngagementWrites([{ kind: 'written', recordId: LEAD, version, ...dates(told) }]);
      const next = await pendingOne();
      expect([next.clicks, next.version]).toEqual([5, 2]);
      await current().commitEngagementWrites([{ kind: 'written', recordId: LEAD, version: 2, ...dates(next) }]);
      expect(await pending(T0 + 1_000_000)).toEqual([]);
    });

    test('an unsubscribe is said once, and again when the next one comes', async () => {
      await engage({ unsubscribedAt: T0, emailEndedAt: T0 + 1_000 });
      const first = await pendingOne();
      expect(dates(first)).toEqual({ unsubscribedAt: T0, emailEndedAt: T0 + 1_000 });
      await current().commitEngagementWrites([{ kind: 'written', recordId: LEAD, version: 1, ...dates(first) }]);
      await engage({ unsubscribedAt: T0, emailEndedAt: T0 + 1_000 });
      expect(dates(await pendingOne())).toEqual({ unsubscribedAt: null, emailEndedAt: null });
      await engage({ unsubscribedAt: T0 + 9_000, emailEndedAt: T0 + 1_000 });
      expect(dates(await pendingOne())).toEqual({ unsubscribedAt: T0 + 9_000, emailEndedAt: null });
    });

    test('what Salesforce refused is tried later, and not before', async () => {
      await engage({ unsubscribedAt: T0 });
      const { version, ...told } = await pendingOne();
      const refused = { kind: 'refused', recordId: LEAD, version, statusCode: 'X', notBefore: T0 + 900_000 } as const;
      await current().commitEngagementWrites([{ ...refused, ...dates(told) }]);
      expect(await pending(T0, T0 + 2_000_000)).toEqual([]);
      expect(await pendingOne(T0 + 900_000)).toMatchObject({ attempts: 1, isRefused: true, unsubscribedAt: T0 });
      const again = { kind: 'again', recordId: LEAD, version, notBefore: T0 + 950_000 } as const;
      await current().commitEngagementWrites([{ ...again, ...dates(told) }]);
      expect(await pendingOne(T0 + 950_000)).toMatchObject({ attempts: 2, isRefused: true });
    });

    test('news of a record that was refused is tried like any other', async () => {
      await engage();
      const refused = { kind: 'refused', recordId: LEAD, version: 1, statusCode: 'X', notBefore: T0 + 9e7 } as const;
      await current().commitEngagementWrites([{ ...refused, ...dates(await pendingOne()) }]);
      await engage({ clicks: 9 }, T0 + 60_000);
      expect(await pendingOne(T0 + 60_000)).toMatchObject({ clicks: 9, attempts: 0, isRefused: false });
    });

    test('a record that is not there takes nothing', async () => {
      await engage();
      await current().commitEngagementWrites([
        { kind: 'dropped', recordId: LEAD, version: 1, unsubscribedAt: null, emailEndedAt: null },
      ]);
      expect(await pending(T0 + 1_000_000)).toEqual([]);
    });

    test('nothing of a deleted record stays but that its events came', async () => {
      await moved(LEAD, 'New', 0);
      await moved(LEAD, 'Working', 60);
      await engage();
      await commit({ events: [{ id: 'e-1', userKey: USER, recordId: LEAD }] });
      await stand(LEAD, null, { status: 'Skipped', reason: 'RECORD_DELETED', stage: null, inputHash: null });
      await current().addEngagement([event('e-1')], T0);
      expect(await pending()).toEqual([]);
      expect(await current().engagementOf(LEAD, 10)).toEqual([]);
      expect([await current().newEngagement(10), await current().newMoves(10)]).toEqual([[], []]);
      expect((await context()).touches).toEqual([]);
      expect(await current().conversions(0)).toEqual([]);
    });
  });

  describe('which message moved whom', () => {
    const record = async (recordId: string, ...events: EngagementEvent[]) => {
      await current().addEngagement(events, T0);
      await commit({ events: events.map(({ id }) => ({ id, userKey: USER, recordId })) });
    };
    const move = (recordId: string, stage: string, seconds: number, messageId: string | null) =>
      commit({ moves: [{ recordId, stage, at: T0 + seconds * 1_000, messageId }] });

    test('message by stage: reached, engaged, moved on', async () => {
      await moved(LEAD, 'New', 0);
      await moved(LEAD, 'Working', 60);
      await moved(LEAD, 'Won', 120);
      await move(LEAD, 'Working', 60, MESSAGE);
      await move(LEAD, 'Won', 120, null);
      await stand(OTHER_LEAD, 'user-2', { stage: 'New' });
      await stand(CONTACT, 'user-3', { stage: 'customer' });
      await record(LEAD, event('e-1', { what: 'sent', at: T0 + 5_000 }), event('e-2', { at: T0 + 30_000 }));
      await record(
        LEAD,
        event('e-3', { what: 'opened', at: T0 + 90_000, messageId: OTHER_MESSAGE, messageName: null }),
      );
      await record(OTHER_LEAD, event('e-4', { what: 'received' }));
      await record(CONTACT, event('e-5', { what: 'bounced' }), event('e-6', { what: 'opened', messageId: null }));
      const rows = await current().conversions(0);
      expect(rows.sort((a, b) => (a.stage < b.stage ? -1 : 1))).toEqual([
        {
          object: 'Lead',
          stage: 'New',
          messageId: MESSAGE,
          messageName: 'Welcome',
          reached: 2,
          engaged: 1,
          movedOn: 1,
        },
        {
          object: 'Lead',
          stage: 'Working',
          messageId: OTHER_MESSAGE,
          messageName: null,
          reached: 1,
          engaged: 1,
          movedOn: 0,
        },
      ]);
    });

    test('what came before counts no more', async () => {
      await stand(LEAD, USER);
      await record(LEAD, event('e-1', { at: T0 - 1_000 }), event('e-2'));
      expect((await current().conversions(T0)).map(({ reached }) => reached)).toEqual([1]);
      expect(await current().conversions(T0 + 1)).toEqual([]);
    });
  });
}

function dates({ unsubscribedAt, emailEndedAt }: Omit<PendingEngagement, 'version'>) {
  return { unsubscribedAt, emailEndedAt };
}
