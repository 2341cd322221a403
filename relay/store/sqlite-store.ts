import type { DatabaseSync } from 'node:sqlite';
import { isGone, isWithoutRecord } from '../mapping/outcome.ts';
import { retryOf } from './retry-of.ts';
import { prepareAddresses } from './sqlite-addresses.ts';
import { openDatabase, openDatabaseBeside } from './sqlite-database.ts';
import { type EngagementTables, prepareEngagement } from './sqlite-engagement.ts';
import { deadLetters, retry } from './sqlite-failures.ts';
import { type Journal, prepareJournal } from './sqlite-journal.ts';
import { assertPart, claim, claimsToWrite, heartbeat, join, leave, release } from './sqlite-parts.ts';
import type { SqliteStatement } from './sqlite-statement.ts';
import { prepareStatements, type Statements, usersAndRecords } from './sqlite-statements.ts';
import { prepareTidying } from './sqlite-tidy.ts';
import { createTransactions } from './sqlite-transaction.ts';
import { prepareTransitions } from './sqlite-transitions.ts';
import {
  ENDED_REQUESTS_KEPT,
  type LeasedRecord,
  type LeaseRequest,
  type LeaseResult,
  type RecordChange,
  type Store,
  type SyncResult,
  type VerdictToStore,
  type WriteBackResult,
} from './store.ts';
import { createStoreClock } from './store-clock.ts';
import { assertOwner, type Owner } from './store-owner.ts';
import {
  commandRequest,
  deadLetterCount,
  historyRow,
  knownRecord,
  knownUser,
  leasedRecord,
  leftToBackfill,
  linkedRecord,
  numberOrUndefined,
  pendingWriteBack,
  recordName,
  recordState,
  type StoredRow,
  textOrNull,
  toldAlert,
  troubleFigures,
  usageSpan,
  wholeMs,
} from './stored-rows.ts';
import { wakeUpOf } from './wake-up-of.ts';

/** How often a look is taken whether another process wrote to the folder's store, ms. */
const LOOK_MS = 500;

/**
 * The store on Node's own SQLite: one relay, one folder, no server.
 * @throws RelayError as `openDatabase` does
 */
export function openSqliteStore(dataDir: string): Store {
  const { database, close } = openDatabase(dataDir);
  return sqliteStore(database, close);
}

/**
 * The store of a folder on which a relay runs, for a command beside it.
 * @throws RelayError as `openDatabaseBeside` does
 */
export function openSqliteStoreBeside(dataDir: string): Store {
  const { database, close } = openDatabaseBeside(dataDir);
  return sqliteStore(database, close);
}

function sqliteStore(database: DatabaseSync, close: () => void): Store {
  const sql = prepareStatements(database);
  const told = prepareTransitions(database);
  const addresses = prepareAddresses(database);
  const journal = prepareJournal(database);
  const tidying = prepareTidying(database);
  const engagement = prepareEngagement(database);
  const now = createStoreClock(Number(sql.getState.get('clock')?.value ?? 0));
  const { writing, reading, asking } = createTransactions(database);
  let linkChanges = 0;
  const fenced = <T>(epoch: number, work: () => T): Promise<T> =>
    writing(() => {
      assertPart(sql, epoch);
      return work();
    });
  /** Of what is written with times of ours: the next process goes on from here, whatever its machine's clock says. */
  const timed = <T>(epoch: number, work: () => T): Promise<T> =>
    fenced(epoch, () => {
      sql.setState.run('clock', String(now()));
      return work();
    });

  return {
    now,
    bind: (owner) => writing(() => bind(sql, owner)),

    join: () => writing(() => join(sql, now())),
    heartbeat: (epoch) => writing(() => heartbeat(sql, epoch, now())),
    leave: (epoch) => writing(() => leave(sql, epoch, now())),
    pauseOneSignal: (until) => writing(() => void sql.pause.run(String(until))),
    onChange: (listener) => watchVersion(database, listener),

    commitEvents: ({ epoch, channel, replayId, changes, transitions, receivedAt }) =>
      timed(epoch, () => {
        told.add(transitions ?? []);
        for (const change of changes) markDue(sql, change, receivedAt);
        if (replayId !== undefined) sql.setCursor.run(channel, replayId, receivedAt);
      }),
    cursorMovedAt: (channel) => asking(() => numberOrUndefined(sql.getCursor.get(channel)?.committed_at)),
    cursor: (channel) => asking(() => textOrNull(sql.getCursor.get(channel)?.replay_id) ?? undefined),
    dropCursor: (channel, epoch) => fenced(epoch, () => void sql.dropCursor.run(channel)),

    mark: () => asking(() => numberOrUndefined(sql.getState.get('mark')?.value)),
    commitReconciled: ({ epoch, changes, mark, at }) =>
      timed(epoch, () => {
        for (const change of changes) markDue(sql, change, at);
        if (mark !== undefined) sql.setState.run('mark', String(mark));
      }),
    leftToBackfill: () => asking(() => leftToBackfill(sql.getState.get('left_to_backfill'))),
    leaveToBackfill: (left, epoch) =>
      fenced(epoch, () => void sql.setState.run('left_to_backfill', JSON.stringify(left ?? null))),
    knownRecords: (ids) =>
      asking(() => new Map(lookUp(sql.knownRecord, ids).map((row) => [String(row.record_id), knownRecord(row)]))),

    leaseDue: (request) => fenced(request.epoch, () => lease(sql, request)),
    claimUsers: async (units, epoch) => {
      const keys = await asking(() => {
        assertPart(sql, epoch);
        return claimsToWrite(sql, units);
      });
      const written = keys.length === 0 ? [] : await timed(epoch, () => claim(sql, keys, epoch));
      const claims = new Map(written.map((one) => [one.key, one]));
      return units.map((unit) => unit.keys.map((key) => claims.get(key) ?? { key, freeAt: 0, wasInterrupted: false }));
    },
    users: (keys) => asking(() => new Map(lookUp(sql.user, keys).map((row) => [String(row.key), knownUser(row)]))),
    addressesOf: (asked) => asking(() => addresses.of(asked)),
    addressesNamed: (names) => reading(() => addresses.named(names)),
    claimAddresses: (claims, epoch, at) =>
      fenced(epoch, () => addresses.claim(claims, (recordId) => markDue(sql, wakeUpOf(recordId), at))),
    linkChanges: () => linkChanges,
    linkedRecords: (of) => asking(() => sql.linkedRecords.all(usersAndRecords(of)).map(linkedRecord)),
    commitSync: async (results, at) => {
      const [first] = results;
      if (first === undefined) return;
      await timed(first.epoch, () => {
        for (const epoch of new Set(results.map((result) => result.epoch))) assertPart(sql, epoch);
        for (const result of results) {
          if (result.links.length > 0) linkChanges += 1;
          told.settle(result.transitions ?? []);
          commitResult(sql, engagement, result, at);
          const wake = (recordId: string) => markDue(sql, wakeUpOf(recordId), at);
          addresses.commit(result.addresses ?? [], result.addressWaits ?? [], wake);
          journal.add(result.journal ?? []);
          eraseGone(sql, [journal, engagement], result.verdicts);
        }
      });
    },
    usersToRetire: ({ limit, now: at }) => asking(() => sql.usersToRetire.all(at, limit).map((row) => String(row.key))),
    usersToAssert: ({ limit, now: at }) => asking(() => sql.usersToAssert.all(at, limit).map((row) => String(row.key))),

    transitionsToTell: (request) => asking(() => told.toTell(request)),
    commitTransitions: (results, forgetBefore, epoch) => fenced(epoch, () => told.commit(results, forgetBefore)),

    pendingWriteBacks: ({ limit, now: at, object = null }) =>
      asking(() => sql.pendingWriteBacks.all({ at, object, limit }).map(pendingWriteBack)),
    commitWriteBacks: (results, epoch, entries = []) =>
      timed(epoch, () => {
        for (const result of results) commitWriteBack(sql, result);
        journal.addToKnown(entries);
      }),

    deadLetters: (page) => asking(() => deadLetters(sql, page)),
    retryDeadLetters: (filter, at) =>
      writing(() => retry(sql, filter, at, (recordId, object) => markDue(sql, retryOf(recordId, object), at))),

    countDeadLetters: () => asking(() => sql.countDeadLetters.all().map(deadLetterCount)),

    recordStates: (ids) => asking(() => lookUp(sql.recordStates, ids).map(recordState)),
    usersWithOneSignalId: (id) => asking(() => sql.usersWithOneSignalId.all(id).map((row) => String(row.key))),
    journal: ({ recordId, limit }) => asking(() => journal.of(recordId, limit)),
    trimJournal: ({ epoch, ...trim }) => fenced(epoch, () => journal.trim(trim)),
    saveHistory: ({ at, process, counts }, forgetBefore) =>
      writing(() => {
        sql.saveHistory.run(wholeMs(at), process, counts);
        sql.forgetHistory.run(wholeMs(forgetBefore));
      }),
    history: (from) => asking(() => sql.history.all(wholeMs(from)).map(historyRow)),

    askFor: (kind, options) =>
      writing(() => {
        const id = Number(sql.addRequest.get(kind, options)?.id);
        sql.forgetRequests.run(id - ENDED_REQUESTS_KEPT);
        return id;
      }),
    takeRequest: (kind, epoch) => fenced(epoch, () => commandRequest(sql.takeRequest.get(kind))),
    openRequest: (kind) => asking(() => commandRequest(sql.openRequest.get(kind))),
    reportRequest: (id, { state, progress }, epoch) =>
      fenced(epoch, () => void sql.reportRequest.run(state, progress, id)),
    request: (id) => asking(() => commandRequest(sql.request.get(id))),
    commitFound: ({ epoch, requestId, changes, progress, at }) =>
      timed(epoch, () => {
        const isRunning = sql.reportFound.get(progress, requestId) !== undefined;
        if (isRunning) for (const change of changes) markDue(sql, change, at);
        return isRunning;
      }),
    stopRequest: (id, progress) => writing(() => sql.stopRequest.get(progress, id) !== undefined),
    underOtherMapping: ({ version, after = '', limit }) =>
      asking(() => sql.underOtherMapping.all(after, version, limit).map(recordName)),
    countUnderOtherMapping: (version) => asking(() => Number(sql.countUnderOtherMapping.get(version)?.number)),
    dueInBulk: () => asking(() => Number(sql.dueInBulk.get()?.number)),

    addUsage: ({ spans, forgetBefore }) =>
      writing(() => {
        for (const { allotment, from, count } of spans) sql.addUsage.run(allotment, wholeMs(from), count);
        sql.forgetUsage.run(wholeMs(forgetBefore));
        return sql.usage.all().map(usageSpan);
      }),

    addEngagement: (events, at) => writing(() => engagement.add(events, at)),
    newEngagement: (limit) => asking(() => engagement.newEvents(limit)),
    newMoves: (limit) => asking(() => engagement.newMoves(limit)),
    engagementContext: (of) => reading(() => engagement.context(of)),
    engagementCameAt: () => asking(() => engagement.cameAt()),
    commitEngagement: (digest) => timed(digest.epoch, () => engagement.commit(digest)),
    pendingEngagement: (request) => asking(() => engagement.pending(request)),
    commitEngagementWrites: (results, epoch) => timed(epoch, () => engagement.commitWrites(results)),
    conversions: (from) => asking(() => engagement.conversions(from)),
    engagementOf: (recordId, limit) => asking(() => engagement.of(recordId, limit)),

    tidy: (page) => fenced(page.epoch, () => tidying.tidy(page)),
    size: () => reading(() => tidying.size()),

    troubleFigures: ({ failedSince }) => asking(() => troubleFigures(sql.troubleFigures.get(wholeMs(failedSince)))),
    toldAlerts: () => asking(() => sql.toldAlerts.all().map(toldAlert)),
    commitToldAlerts: ({ started, ended }) =>
      writing(() => {
        for (const name of ended) sql.alertEnded.run(name);
        for (const { name, since } of started) sql.alertStarted.run(name, wholeMs(since));
      }),

    counts: () =>
      asking(() => {
        const row = sql.counts.get() ?? {};
        return { due: Number(row.due), pendingWriteBacks: Number(row.pending), deadLetters: Number(row.dead) };
      }),
    nextAttemptAt: () =>
      asking(() => {
        const row = sql.nextAttempt.get() ?? {};
        return { sync: numberOrUndefined(row.sync), writeBack: numberOrUndefined(row.write_back) };
      }),
    close: () => {
      close();
      return Promise.resolve();
    },
  };
}

/** `data_version` changes when another connection has committed: https://www.sqlite.org/pragma.html#pragma_data_version */
function watchVersion(database: DatabaseSync, listener: () => void): () => void {
  const version = database.prepare('PRAGMA data_version');
  let seen = version.get()?.data_version;
  const timer = setInterval(() => {
    if (!database.isOpen) return clearInterval(timer);
    const current = version.get()?.data_version;
    if (current !== seen) listener();
    seen = current;
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function bind(sql: Statements, owner: Owner): void {
  assertOwner(
    { orgId: textOrNull(sql.getState.get('org_id')?.value), appId: textOrNull(sql.getState.get('app_id')?.value) },
    owner,
  );
  sql.setState.run('org_id', owner.orgId);
  sql.setState.run('app_id', owner.appId);
}

function markDue(sql: Statements, change: RecordChange, at: number): void {
  sql.markDue.run(
    change.recordId,
    change.object,
    at,
    change.lane === 'live' ? 0 : 1,
    Number(change.isForced),
    at,
    change.hint?.stage ?? null,
    change.hint?.changedAt ?? null,
    Number(change.isDeletion),
    change.cause ?? null,
  );
}

function lease(sql: Statements, { epoch, limit, now, leaseMs, isLiveOnly = false }: LeaseRequest): LeasedRecord[] {
  const live = sql.leaseDue.all(epoch, now + leaseMs, 0, now, limit);
  const bulk =
    live.length < limit && !isLiveOnly ? sql.leaseDue.all(epoch, now + leaseMs, 1, now, limit - live.length) : [];
  return [...live, ...bulk].map(leasedRecord);
}

function commitResult(sql: Statements, engagement: EngagementTables, result: SyncResult, now: number): void {
  for (const { recordId, object, userKey } of result.links) sql.link.run(recordId, object, userKey);
  for (const user of result.users) {
    const { key, onesignalId, createdAt, assertAt, retireAt } = user;
    const tagRoom = user.tagRoom && JSON.stringify(user.tagRoom);
    const maps = [user.tags, user.aliases, user.inherited].map((map) => JSON.stringify(map));
    const values = [createdAt, assertAt, retireAt, tagRoom, ...maps];
    if (sql.saveKnownUser.run(...values, key, onesignalId).changes === 0) sql.saveUser.run(key, onesignalId, ...values);
  }
  for (const key of result.forgottenUsers) sql.forgetUser.run(key);
  for (const verdict of result.verdicts) saveVerdict(sql, engagement, verdict, now);
  for (const leaseResult of result.leases) commitLease(sql, leaseResult, result.epoch, now);
  for (const { recordId: id, notBefore } of result.alsoDue ?? [])
    sql.alsoDue.run({ id, not_before: wholeMs(notBefore), at: now });
  release(sql, result.released, result.epoch, now);
}

/** What a late event brings of it is due again, and comes here again. */
function eraseGone(
  sql: Statements,
  tables: readonly Pick<Journal | EngagementTables, 'erase'>[],
  verdicts: readonly VerdictToStore[],
): void {
  for (const { recordId, reason } of verdicts) {
    if (!isGone(reason)) continue;
    sql.eraseHint.run(recordId);
    sql.eraseTransitions.run(recordId);
    for (const table of tables) table.erase(recordId);
  }
}

function commitLease(sql: Statements, result: LeaseResult, epoch: number, now: number): void {
  const { recordId: id, generation } = result;
  if (result.kind === 'settled') {
    // By place, not by name: it is the statement that runs most.
    sql.settle.run(generation, generation, generation, Number(result.wasSeen), now, id, epoch);
  } else {
    const attempt = Number(result.countsAsAttempt);
    sql.postpone.run({ id, generation, epoch, not_before: wholeMs(result.notBefore), attempt, now });
  }
}

/**
 * A verdict goes to the record unless the record says it already, which takes both: the snapshot said so, and no other
 * verdict of ours came between that snapshot and now.
 */
function saveVerdict(sql: Statements, engagement: EngagementTables, verdict: VerdictToStore, now: number): void {
  const { needsWriteBack } = verdict;
  engagement.move(verdict);
  const mayBeWritten = Number(!isWithoutRecord(verdict.reason));
  sql.saveVerdict.run(
    verdict.recordId,
    verdict.object,
    verdict.status,
    verdict.reason,
    verdict.detail,
    verdict.stage,
    verdict.answers,
    verdict.onesignalId,
    verdict.decidedAt,
    verdict.inputHash,
    verdict.mappingVersion,
    needsWriteBack ? 'pending' : 'none',
    needsWriteBack ? now : null,
    mayBeWritten,
    mayBeWritten,
    now,
  );
}

function commitWriteBack(sql: Statements, result: WriteBackResult): void {
  const { recordId, version } = result;
  if (result.kind === 'written' || result.kind === 'dropped') sql.writeBackDone.run(recordId, version);
  else if (result.kind === 'again') sql.writeBackAgain.run(wholeMs(result.notBefore), recordId, version);
  else sql.writeBackRefused.run(result.statusCode, wholeMs(result.notBefore), recordId, version);
}

function lookUp(statement: SqliteStatement, keys: readonly string[]): StoredRow[] {
  return keys.length === 0 ? [] : statement.all(JSON.stringify(keys));
}
