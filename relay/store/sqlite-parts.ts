import { DOUBT_MS, USER_GAP_MS } from '../config/onesignal-limits.ts';
import { RelayError } from '../config/relay-error.ts';
import type { Statements } from './sqlite-statements.ts';
import type { ReleasedUser, Standing, UnitToClaim, UserClaim } from './store.ts';
import { userClaim } from './stored-rows.ts';

/**
 * The folder's lock has let this process in, so every part before it is over: what it held is free, and what it was
 * writing when it was killed may have landed unseen, or may land yet.
 */
export function join(sql: Statements, now: number): Standing {
  const last = sql.lastPart.get();
  const wasOrderly = last !== undefined && last.left_at !== null;
  sql.claimLeased.run();
  sql.freeLeases.run(now);
  sql.doubtUsers.run(now + DOUBT_MS);
  sql.interruptClaims.run(now + USER_GAP_MS);
  sql.restartRequests.run();
  sql.endParts.run();
  const epoch = Number(sql.beginPart.get()?.epoch);
  const lastWriteAt = wasOrderly ? Math.min(now, Number(last.left_at)) : now;
  return standing(sql, epoch, last === undefined ? now : lastWriteAt + USER_GAP_MS);
}

/** A part on a folder of its own never runs out. */
export function heartbeat(sql: Statements, epoch: number, now: number): Standing {
  assertPart(sql, epoch);
  sql.dropOldClaims.run(now);
  return standing(sql, epoch, 0);
}

export function leave(sql: Statements, epoch: number, now: number): void {
  if (sql.leavePart.run(now, epoch).changes === 0) return;
  sql.freeLeases.run(now);
  sql.freeClaims.run(now + USER_GAP_MS);
  sql.restartRequests.run();
}

/** @throws RelayError PART_LOST */
export function assertPart(sql: Statements, epoch: number): void {
  if (sql.part.get(epoch) === undefined) throw new RelayError('PART_LOST', 'Another relay has taken over this part.');
}

/** Users whose claim has to be written: whom no lease holds, or of whom an earlier claim still tells something. */
export function claimsToWrite(sql: Statements, units: readonly UnitToClaim[]): string[] {
  const leased = units.flatMap(({ isLeased, keys }) => (isLeased ? keys : []));
  const others = units.flatMap(({ isLeased, keys }) => (isLeased ? [] : keys));
  const told = sql.claimed.all(JSON.stringify(leased));
  return [...told.map(({ key }) => String(key)), ...others];
}

export function claim(sql: Statements, keys: readonly string[], epoch: number): UserClaim[] {
  return sql.claim.all(epoch, JSON.stringify(keys)).map(userClaim);
}

/**
 * Most users have no claim that was written. How long they rest this process knows by itself, and the next one sends
 * nothing until the last write's pause is over (`sendsFrom`): only a longer rest has to be written.
 */
export function release(sql: Statements, users: readonly ReleasedUser[], epoch: number, now: number): void {
  for (const { key, freeAt, isInDoubt } of users) {
    const restsUntil = Math.ceil(freeAt);
    const wasWritten = sql.releaseClaim.run(restsUntil, Number(isInDoubt), key, epoch).changes > 0;
    if (!wasWritten && restsUntil > now + USER_GAP_MS) sql.rest.run(key, restsUntil);
  }
}

function standing(sql: Statements, epoch: number, sendsFrom: number): Standing {
  return {
    epoch,
    isSubscriber: true,
    hasSubscriber: true,
    members: 1,
    sendsFrom,
    validUntil: Number.POSITIVE_INFINITY,
    pausedUntil: Number(sql.getState.get('onesignal_paused_until')?.value ?? 0),
  };
}
