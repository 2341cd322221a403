import fc from 'fast-check';
import type { EngagementEvent } from '../../../../relay/mapping/engagement.ts';
import { digest } from '../../../../relay/pipeline/engagement/digest.ts';
import type {
  EngagedRecord,
  EngagedUser,
  EngagementContext,
  KeptMove,
  NewEngagement,
} from '../../../../relay/store/engagement.ts';

const HOUR = 3_600_000;
const WINDOW = 72 * HOUR;
const AT = 1_764_000_000_000;
const LEAD = '00Q000000000001EAA';
const CONTACT = '003000000000001AAA';

let number = 0;
const event = (
  what: EngagementEvent['what'],
  hours: number,
  messageId: string | null = 'm-1',
  given: Partial<NewEngagement> = {},
): NewEngagement => {
  number += 1;
  return {
    id: `e-${number}`,
    channel: 'email',
    what,
    at: AT + hours * HOUR,
    externalId: 'u',
    onesignalId: null,
    messageId,
    messageName: null,
    userKey: 'u',
    ...given,
  };
};
const move = (hours: number, stage: string, given: Partial<KeptMove> = {}): KeptMove => ({
  recordId: LEAD,
  object: 'Lead',
  stage,
  priorStage: 'before',
  at: AT + hours * HOUR,
  userKey: 'u',
  messageId: null,
  ...given,
});
const lead: EngagedRecord = { recordId: LEAD, object: 'Lead', userKey: 'u', isDeciding: true, influencedBy: null };
const contact: EngagedRecord = { ...lead, recordId: CONTACT, object: 'Contact' };
const around = (given: Partial<EngagementContext> = {}): EngagementContext => ({
  users: [],
  records: [lead],
  moves: [],
  touches: [],
  ...given,
});
const influenceNow = (result: ReturnType<typeof digest>) => result.records.map(({ influencedBy }) => influencedBy);

test('what a person does adds up, and the record is to say it', () => {
  const known: EngagedUser = {
    key: 'u',
    opens: 4,
    clicks: 1,
    lastAt: AT,
    lastMessageId: 'm-0',
    unsubscribedAt: null,
    emailEndedAt: null,
  };
  const events = [event('opened', 1), event('clicked', 2, 'm-2'), event('opened', -5, 'm-old')];
  const { users, records, events: looked } = digest(events, [], around({ users: [known] }), WINDOW);
  expect(users).toEqual([{ ...known, opens: 6, clicks: 2, lastAt: AT + 2 * HOUR, lastMessageId: 'm-2' }]);
  expect(records).toEqual([{ recordId: LEAD, object: 'Lead', influencedBy: null }]);
  expect(looked).toEqual(events.map(({ id }) => ({ id, userKey: 'u', recordId: LEAD })));
});

test('that a message was sent costs no write', () => {
  const result = digest([event('sent', 0), event('received', 0)], [], around(), WINDOW);
  expect([result.records, result.users]).toEqual([[], []]);
  expect(result.events.every(({ recordId }) => recordId === LEAD)).toBe(true);
});

test('a click of a message that OneSignal has forgotten counts, and the last message stays', () => {
  const { users } = digest([event('clicked', 1, 'm-1'), event('clicked', 2, null)], [], around(), WINDOW);
  expect(users).toMatchObject([{ clicks: 2, lastAt: AT + 2 * HOUR, lastMessageId: 'm-1' }]);
});

test('an unsubscribe from push ends no email, and a bounce is no unsubscribe', () => {
  const push = digest([event('unsubscribed', 1, 'm-1', { channel: 'push' })], [], around(), WINDOW);
  expect(push.users).toMatchObject([{ unsubscribedAt: AT + HOUR, emailEndedAt: null }]);
  const bounce = digest([event('bounced', 1)], [], around(), WINDOW);
  expect(bounce.users).toMatchObject([{ unsubscribedAt: null, emailEndedAt: AT + HOUR }]);
  expect(bounce.records).toHaveLength(1);
});

test('somebody whom no record stands for counts for nobody', () => {
  const events = [event('clicked', 0, 'm-1', { userKey: null }), event('clicked', 0, 'm-1', { userKey: 'left' })];
  const { users, records, events: looked } = digest(events, [], around(), WINDOW);
  expect([users, records]).toEqual([[], []]);
  expect(looked.map(({ userKey, recordId }) => [userKey, recordId])).toEqual([
    [null, null],
    [null, null],
  ]);
});

test('every record of a person says it, and it counts in the report for the one that decides', () => {
  const records = [{ ...lead, isDeciding: false }, contact];
  const { events, records: said } = digest([event('clicked', 0)], [], around({ records }), WINDOW);
  expect(said.map(({ recordId }) => recordId)).toEqual([LEAD, CONTACT]);
  expect(events).toMatchObject([{ recordId: CONTACT }]);
});

test('what comes late of a lead that was converted since counts for the lead', () => {
  const records = [{ ...lead, isDeciding: false }, contact];
  const moves = [move(5, 'Closed - Converted')];
  const { events } = digest([event('clicked', 0)], [], around({ records, moves }), WINDOW);
  expect(events).toMatchObject([{ recordId: LEAD }]);
});

test('a move after a click counts for the message', () => {
  const touches = [{ userKey: 'u', what: 'clicked', at: AT, messageId: 'm-1' } as const];
  const result = digest([], [move(10, 'Working')], around({ touches }), WINDOW);
  expect(result.moves).toEqual([{ recordId: LEAD, stage: 'Working', at: AT + 10 * HOUR, messageId: 'm-1' }]);
  expect(influenceNow(result)).toEqual(['m-1']);
});

test('a click that comes late counts for the move that is known already', () => {
  const result = digest([event('clicked', 0)], [], around({ moves: [move(10, 'Working')] }), WINDOW);
  expect(result.moves).toMatchObject([{ stage: 'Working', messageId: 'm-1' }]);
  expect(influenceNow(result)).toEqual(['m-1']);
});

test('a click that comes late and before another changes nothing', () => {
  const touches = [{ userKey: 'u', what: 'clicked', at: AT + 5 * HOUR, messageId: 'm-2' } as const];
  const moves = [move(10, 'Working', { messageId: 'm-2' })];
  const records = [{ ...lead, influencedBy: 'm-2' }];
  const result = digest([event('clicked', 0)], [], around({ moves, touches, records }), WINDOW);
  expect(result.moves).toEqual([]);
  expect(influenceNow(result)).toEqual(['m-2']);
});

test('a move without a message before it takes the last one off the record', () => {
  const result = digest([], [move(100, 'Won')], around({ records: [{ ...lead, influencedBy: 'm-1' }] }), WINDOW);
  expect(result.moves).toMatchObject([{ messageId: null }]);
  expect(influenceNow(result)).toEqual([null]);
});

test('a move of somebody who did nothing costs no write', () => {
  const result = digest([], [move(100, 'Won')], around(), WINDOW);
  expect([result.moves.length, result.records]).toEqual([1, []]);
});

test('a move of a record that stands for nobody counts for no message', () => {
  const result = digest([], [move(1, 'Won', { userKey: null })], around({ records: [] }), WINDOW);
  expect(result.moves).toMatchObject([{ messageId: null }]);
});

test('the record tells of its last move, whatever order they come in', () => {
  const touches = [{ userKey: 'u', what: 'clicked', at: AT, messageId: 'm-1' } as const];
  const result = digest([], [move(100, 'Won'), move(10, 'Working')], around({ touches }), WINDOW);
  expect(result.moves).toMatchObject([
    { stage: 'Working', messageId: 'm-1' },
    { stage: 'Won', messageId: null },
  ]);
  expect(result.records).toEqual([]);
});

test('events and moves come to the same in whatever order and groups they come', () => {
  const events = [
    event('opened', 1, 'm-1'),
    event('clicked', 3, 'm-2'),
    event('opened', 20, 'm-3'),
    event('clicked', 60, 'm-1'),
    event('unsubscribed', 90),
    event('clicked', 5, null),
  ];
  const moves = [move(2, 'A'), move(30, 'B'), move(140, 'C')];
  const expected = play(events.map((one) => [one]).concat(), moves);
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...events, ...moves], { minLength: 9, maxLength: 9 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 9, maxLength: 9 }),
      (all, sizes) => {
        expect(playInGroups(all, sizes)).toEqual(expected);
      },
    ),
    { seed: 8, numRuns: 300 },
  );
  expect(expected.moves.map(({ messageId }) => messageId)).toEqual(['m-1', 'm-2', null]);
  expect(expected.record).toBeNull();
});

type Item = NewEngagement | KeptMove;
const isMove = (item: Item): item is KeptMove => 'stage' in item;

function play(events: NewEngagement[][], moves: KeptMove[]) {
  return playInGroups([...events.flat(), ...moves], [1]);
}

/** What a store would know between two digests. */
function playInGroups(items: readonly Item[], sizes: readonly number[]) {
  let users: EngagedUser[] = [];
  let record = lead;
  const done: NewEngagement[] = [];
  const kept = new Map<string, KeptMove>();
  for (let at = 0, turn = 0; at < items.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    const group = items.slice(at, at + size);
    at += size;
    const [moves, events] = [group.filter(isMove), group.filter((item): item is NewEngagement => !isMove(item))];
    const from = Math.min(...group.map((item) => item.at));
    const touches = done.flatMap(({ userKey, what, at: when, messageId }) =>
      userKey !== null && messageId !== null && (what === 'opened' || what === 'clicked') && when >= from - WINDOW
        ? [{ userKey, what, at: when, messageId }]
        : [],
    );
    for (const one of moves) kept.set(one.stage, one);
    const known = [...kept.values()].filter((one) => one.at >= from);
    const result = digest(events, moves, { users, records: [record], moves: known, touches }, WINDOW);
    if (result.users.length > 0) users = [...result.users];
    for (const { stage, messageId } of result.moves) kept.set(stage, { ...(kept.get(stage) as KeptMove), messageId });
    const [said] = result.records;
    if (said !== undefined) record = { ...record, influencedBy: said.influencedBy };
    done.push(...events);
  }
  const moves = [...kept.values()].sort((a, b) => a.at - b.at);
  return { users, record: record.influencedBy, moves };
}
