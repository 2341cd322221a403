import { isEmailEnd, isEngaged, isUnsubscribe } from '../../mapping/engagement.ts';
import type {
  EngagedRecord,
  EngagedUser,
  EngagementContext,
  EngagementDigest,
  KeptMove,
  NewEngagement,
  Touch,
} from '../../store/engagement.ts';
import { influenceOf } from './influence.ts';

export type Digested = Pick<EngagementDigest, 'events' | 'users' | 'moves' | 'records'>;

/**
 * What new events and moves come to, in whatever order they came: an event that comes late counts for moves that are
 * known already. What a person did counts once for the person, and every record that stands for them says so.
 */
export function digest(
  events: readonly NewEngagement[],
  newMoves: readonly KeptMove[],
  context: EngagementContext,
  windowMs: number,
): Digested {
  const touches = Map.groupBy([...context.touches, ...events.flatMap(touchOf)], ({ userKey }) => userKey);
  const known = new Map([...context.moves, ...newMoves].map((move) => [keyOf(move), move]));
  const moves = [...known.values()]
    .sort((a, b) => a.at - b.at)
    .map((move) => ({ move, messageId: influenceOf(move, touches.get(move.userKey ?? '') ?? [], windowMs) }));
  const isNew = new Set(newMoves.map(keyOf));
  // The record's last move is what it tells of.
  const influence = new Map(moves.map(({ move, messageId }) => [move.recordId, messageId]));
  const said = new Set(events.filter(isSaid).map(({ userKey }) => userKey));
  const records = context.records.flatMap(({ recordId, object, userKey, influencedBy: before }) => {
    const influencedBy = influence.has(recordId) ? (influence.get(recordId) ?? null) : before;
    return said.has(userKey) || influencedBy !== before ? [{ recordId, object, influencedBy }] : [];
  });
  const owners = Map.groupBy(context.records, ({ userKey }) => userKey);
  return {
    events: events.map((event) => {
      const recordId = recordOf(event, owners.get(event.userKey ?? '') ?? [], [...known.values()]);
      // A user whom no record stands for (any more) is nobody whom the org knows.
      return { id: event.id, userKey: recordId === null ? null : event.userKey, recordId };
    }),
    users: totals(events, context.users, owners),
    moves: moves
      .filter(({ move, messageId }) => isNew.has(keyOf(move)) || messageId !== move.messageId)
      .map(({ move: { recordId, stage, at }, messageId }) => ({ recordId, stage, at, messageId })),
    records,
  };
}

function keyOf({ recordId, stage, at }: KeptMove): string {
  return JSON.stringify([recordId, stage, at]);
}

function touchOf({ userKey, what, at, messageId }: NewEngagement): Touch[] {
  return userKey === null || messageId === null || !isEngaged(what) ? [] : [{ userKey, what, at, messageId }];
}

/** That a message was sent is no news for a record. */
function isSaid({ channel, what }: NewEngagement): boolean {
  return isEngaged(what) || isUnsubscribe(what) || isEmailEnd({ channel, what });
}

/**
 * The record that stood for the user then: one that has moved since, such as a lead that was converted, else the one
 * that decides now.
 */
function recordOf({ at }: NewEngagement, records: readonly EngagedRecord[], moves: readonly KeptMove[]): string | null {
  const ids = new Set(records.map(({ recordId }) => recordId));
  const next = moves.filter((move) => ids.has(move.recordId) && move.at >= at).sort((a, b) => a.at - b.at)[0];
  return next?.recordId ?? records.find(({ isDeciding }) => isDeciding)?.recordId ?? records[0]?.recordId ?? null;
}

function totals(
  events: readonly NewEngagement[],
  before: readonly EngagedUser[],
  owners: ReadonlyMap<string, readonly EngagedRecord[]>,
): EngagedUser[] {
  const users = new Map(before.map((user) => [user.key, user]));
  const changed = new Set<string>();
  for (const event of events) {
    const { userKey: key } = event;
    if (key === null || !owners.has(key) || !isSaid(event)) continue;
    users.set(key, added(users.get(key) ?? nothingYet(key), event));
    changed.add(key);
  }
  return [...users.values()].filter(({ key }) => changed.has(key));
}

function nothingYet(key: string): EngagedUser {
  const never = { lastAt: null, lastMessageId: null, unsubscribedAt: null, emailEndedAt: null };
  return { key, opens: 0, clicks: 0, ...never };
}

function added(user: EngagedUser, { channel, what, at, messageId }: NewEngagement): EngagedUser {
  const isLast = isEngaged(what) && at >= (user.lastAt ?? 0);
  return {
    key: user.key,
    opens: user.opens + (what === 'opened' ? 1 : 0),
    clicks: user.clicks + (what === 'clicked' ? 1 : 0),
    lastAt: isLast ? at : user.lastAt,
    lastMessageId: isLast && messageId !== null ? messageId : user.lastMessageId,
    unsubscribedAt: isUnsubscribe(what) ? later(user.unsubscribedAt, at) : user.unsubscribedAt,
    emailEndedAt: isEmailEnd({ channel, what }) ? later(user.emailEndedAt, at) : user.emailEndedAt,
  };
}

function later(one: number | null, other: number): number {
  return Math.max(one ?? 0, other);
}
