import { randomUUID } from 'node:crypto';
import { parseDatabaseUrl } from '../config/database-url.ts';
import { RelayError } from '../config/relay-error.ts';
import { conversionCount, engagementEntry, keptMove, newEngagement, pendingEngagement } from './engagement-rows.ts';
import { CAME_AT } from './engagement-sql.ts';
import { ADDRESS_ROW, claimAddresses } from './postgres-addresses.ts';
import { createServerClock, type ServerClock } from './postgres-clock.ts';
import { type Connections, connectionConfig, openConnections, type Transaction } from './postgres-connection.ts';
import { leaseDue, markDue } from './postgres-due.ts';
import {
  addEngagement,
  commitEngagement,
  commitEngagementWrites,
  engagementContext,
  selectConversions,
  selectEngagementOf,
  selectNewEngagement,
  selectNewMoves,
  selectPendingEngagement,
} from './postgres-engagement.ts';
import { saveHistory } from './postgres-history.ts';
import { trimJournal } from './postgres-journal.ts';
import { type ChangeListener, createChangeListener } from './postgres-listener.ts';
import { migrate } from './postgres-migration.ts';
import {
  holdParts,
  joinParts,
  leaveParts,
  lockMembership,
  measureTime,
  renewPart,
  standing,
} from './postgres-parts.ts';
import { recordStates } from './postgres-records.ts';
import { askFor, reportFound, stopRequest, takeRequest } from './postgres-requests.ts';
import { MIGRATIONS } from './postgres-schema.ts';
import { claimFreeUsers, commitSync } from './postgres-sync.ts';
import { size, tidy } from './postgres-tidy.ts';
import { addTransitions, commitTransitions } from './postgres-transitions.ts';
import { addUsage } from './postgres-usage.ts';
import { commitWriteBacks, countDeadLetters, deadLetters, retryDeadLetters } from './postgres-verdicts.ts';
import { LIVE_LOOKED_AT, type Standing, type Store, type ToldAlert } from './store.ts';
import { assertOwner, type Owner } from './store-owner.ts';
import {
  commandRequest,
  historyRow,
  journalEntry,
  knownRecord,
  knownUser,
  leftToBackfill,
  linkedRecord,
  numberOrUndefined,
  pendingTransition,
  pendingWriteBack,
  recordName,
  storedAddress,
  toldAlert,
  troubleFigures,
  wholeMs,
} from './stored-rows.ts';
import { wakeUpOf } from './wake-up-of.ts';

/** Of which the quickest counts: the first has to wait for its connection. */
const FIRST_MEASUREMENTS = 3;

/**
 * The store on PostgreSQL: any number of processes share it.
 * @param migrations what makes up the schema; another list than this version's is for tests of a change of version
 * @param certificate trusted for the server besides the authorities that all trust, PEM
 * @throws RelayError STORE_FAILED, STORE_NEWER, DATABASE_UNREACHABLE
 */
export async function openPostgresStore(
  databaseUrl: string,
  migrations: readonly string[] = MIGRATIONS,
  certificate?: string,
): Promise<Store> {
  const address = parseDatabaseUrl(databaseUrl);
  if (address === undefined)
    throw new RelayError('STORE_FAILED', 'DATABASE_URL is not the address of a PostgreSQL database.');
  const place = { ...address, certificate };
  await migrate(place, migrations);
  const announcement = [place.schema, randomUUID()] as const;
  const connections = openConnections(place, announcement);
  const clock = createServerClock();
  try {
    for (let i = 0; i < FIRST_MEASUREMENTS; i++) clock.learn((await measureTime(connections.query)).measured);
  } catch (error) {
    await connections.close();
    throw error;
  }
  const listener = createChangeListener(connectionConfig(place), announcement);
  return postgresStore({ connections, clock, listener, schema: place.schema });
}

interface Engine {
  connections: Connections;
  clock: ServerClock;
  listener: ChangeListener;
  schema: string;
}

function postgresStore({ connections, clock, listener, schema }: Engine): Store {
  const { query, transaction } = connections;
  const asPart = <T>(epoch: number, work: (current: Transaction) => Promise<T>, asSubscriber = false): Promise<T> =>
    transaction(async (current) => {
      await holdParts(current, [epoch], { asSubscriber });
      return work(current);
    });
  const asSubscriber = <T>(epoch: number, work: (current: Transaction) => Promise<T>) => asPart(epoch, work, true);

  /** In the server's time, which is read anew each time. */
  const asMember = async (work: (current: Transaction, now: number) => Promise<number>): Promise<Standing> => {
    const askedAt = performance.now();
    return transaction(async (current) => {
      const { now, measured } = await lockMembership(current, schema);
      clock.learn(measured);
      const epoch = await work(current, now);
      return standing(current, { epoch, now, askedAt });
    });
  };

  return {
    now: () => clock.now(),
    bind: (owner) => transaction((current) => bind(current, owner)),

    join: () => asMember(joinParts),
    heartbeat: (epoch) =>
      asMember(async (current, now) => {
        await renewPart(current, epoch, now);
        return epoch;
      }),
    leave: (epoch) =>
      transaction(async (current) => {
        const { now } = await lockMembership(current, schema);
        await leaveParts(current, epoch, now);
      }),
    pauseOneSignal: (until) => transaction((current) => pauseOneSignal(current, until)),
    onChange: listener.onChange,

    commitEvents: ({ epoch, channel, replayId, changes, transitions, receivedAt }) =>
      asSubscriber(epoch, async (current) => {
        await markDue(current, changes, receivedAt);
        await addTransitions(current, transitions ?? []);
        if (replayId !== undefined) await current.query(SET_CURSOR, [channel, replayId, wholeMs(receivedAt)]);
      }),
    cursorMovedAt: async (channel) => {
      const [row] = await query('SELECT committed_at FROM cursors WHERE channel = $1', [channel]);
      return numberOrUndefined(row?.committed_at);
    },
    cursor: async (channel) => {
      const [row] = await query('SELECT replay_id FROM cursors WHERE channel = $1', [channel]);
      return row === undefined ? undefined : String(row.replay_id);
    },
    dropCursor: (channel, epoch) =>
      asSubscriber(epoch, async (current) => {
        await current.query('DELETE FROM cursors WHERE channel = $1', [channel]);
      }),

    mark: async () => {
      const [row] = await query(`SELECT value FROM state WHERE name = 'mark'`);
      return numberOrUndefined(row?.value);
    },
    commitReconciled: ({ epoch, changes, mark, at }) =>
      asSubscriber(epoch, async (current) => {
        await markDue(current, changes, at);
        if (mark !== undefined) await current.query(SET_STATE, ['mark', String(mark)]);
      }),
    leftToBackfill: async () => {
      const [row] = await query(`SELECT value FROM state WHERE name = 'left_to_backfill'`);
      return leftToBackfill(row);
    },
    leaveToBackfill: (left, epoch) =>
      asSubscriber(epoch, async (current) => {
        await current.query(SET_STATE, ['left_to_backfill', JSON.stringify(left ?? null)]);
      }),
    knownRecords: async (ids) => {
      const rows = await query(
        `SELECT record_id, is_due, leased_by IS NOT NULL AS is_under_work, status, stage, answers, input_hash,
           mapping_version, write_back
         FROM records LEFT JOIN verdicts USING (record_id) WHERE record_id = ANY($1)`,
        [ids],
      );
      return new Map(rows.map((row) => [String(row.record_id), knownRecord(row)]));
    },

    leaseDue: (request) => asPart(request.epoch, (current) => leaseDue(current, request)),
    claimUsers: (units, epoch) =>
      claimFreeUsers(
        connections,
        units.map(({ keys }) => keys),
        epoch,
      ),
    users: async (keys) => {
      const rows = await query('SELECT * FROM users WHERE key = ANY($1)', [keys]);
      return new Map(rows.map((row) => [String(row.key), knownUser(row)]));
    },
    linkChanges: () => undefined,
    addressesOf: async ({ userKeys, recordIds }) => {
      const rows = await query(`${ADDRESS_ROW} WHERE user_key = ANY($1) OR record_id = ANY($2)`, [userKeys, recordIds]);
      return rows.map(storedAddress);
    },
    addressesNamed: async (names) => {
      const columns = [names.map(({ type }) => type), names.map(({ hash }) => hash)];
      const named = '(SELECT * FROM unnest($1::text[], $2::text[]))';
      return (await query(`${ADDRESS_ROW} WHERE (type, hash) IN ${named}`, columns)).map(storedAddress);
    },
    claimAddresses: (claims, epoch, now) =>
      asPart(epoch, async (current) => {
        const { rows, woken } = await claimAddresses(current, claims);
        await markDue(current, woken.map(wakeUpOf), now);
        return rows;
      }),
    linkedRecords: async ({ userKeys, recordIds }) => {
      const rows = await query(
        `SELECT * FROM records WHERE user_key = ANY($1) OR (record_id = ANY($2) AND user_key IS NOT NULL)
         ORDER BY user_key, record_id`,
        [userKeys, recordIds],
      );
      return rows.map(linkedRecord);
    },
    commitSync: (results, now) => transaction((current) => commitSync(current, results, now)),
    usersToRetire: async ({ limit, now }) => {
      const rows = await query('SELECT key FROM users WHERE retire_at <= $1 ORDER BY retire_at, key LIMIT $2', [
        Math.floor(now),
        limit,
      ]);
      return rows.map((row) => String(row.key));
    },
    usersToAssert: async ({ limit, now }) => {
      const rows = await query('SELECT key FROM users WHERE assert_at <= $1 ORDER BY assert_at, key LIMIT $2', [
        Math.floor(now),
        limit,
      ]);
      return rows.map((row) => String(row.key));
    },

    transitionsToTell: async ({ kind, limit, now }) => {
      const rows = await query(
        `SELECT * FROM transitions WHERE state = 'ready' AND kind = $1 AND not_before <= $2 ORDER BY not_before, id LIMIT $3`,
        [kind, Math.floor(now), limit],
      );
      return rows.map(pendingTransition);
    },
    commitTransitions: (results, forgetBefore, epoch) =>
      asSubscriber(epoch, (current) => commitTransitions(current, results, forgetBefore)),

    pendingWriteBacks: async ({ limit, now, object }) => {
      const rows = await query(
        `SELECT * FROM verdicts WHERE write_back_not_before <= $1 AND ($3::text IS NULL OR object = $3)
         ORDER BY write_back_not_before, record_id LIMIT $2`,
        [Math.floor(now), limit, object ?? null],
      );
      return rows.map(pendingWriteBack);
    },
    commitWriteBacks: (results, epoch, entries = []) =>
      asSubscriber(epoch, (current) => commitWriteBacks(current, results, entries)),

    deadLetters: (request) => deadLetters(query, request),
    retryDeadLetters: (filter, now) => transaction((current) => retryDeadLetters(current, filter, now)),

    countDeadLetters: () => countDeadLetters(query),

    recordStates: (ids) => recordStates(query, ids),
    usersWithOneSignalId: async (id) => {
      const rows = await query('SELECT key FROM users WHERE onesignal_id = $1 ORDER BY key', [id]);
      return rows.map((row) => String(row.key));
    },
    journal: async ({ recordId, limit }) => {
      const rows = await query('SELECT at, entry FROM journal WHERE record_id = $1 ORDER BY id DESC LIMIT $2', [
        recordId,
        limit,
      ]);
      return rows.map(journalEntry);
    },
    trimJournal: ({ epoch, ...trim }) => asSubscriber(epoch, (current) => trimJournal(current, trim)),
    saveHistory: (row, forgetBefore) => transaction((current) => saveHistory(current, row, forgetBefore)),
    history: async (from) => {
      const rows = await query('SELECT * FROM history WHERE at >= $1 ORDER BY at, process', [wholeMs(from)]);
      return rows.map(historyRow);
    },

    askFor: (kind, options) => transaction((current) => askFor(current, kind, options)),
    takeRequest: (kind, epoch) => asPart(epoch, (current) => takeRequest(current, kind, epoch)),
    openRequest: async (kind) => {
      const [row] = await query(
        `SELECT * FROM requests WHERE kind = $1 AND state IN ('waiting', 'running') ORDER BY id LIMIT 1`,
        [kind],
      );
      return commandRequest(row);
    },
    reportRequest: (id, { state, progress }, epoch) =>
      asPart(epoch, async (current) => {
        await current.query('UPDATE requests SET state = $2, progress = $3 WHERE id = $1', [id, state, progress]);
      }),
    request: async (id) => {
      const [row] = await query('SELECT * FROM requests WHERE id = $1', [id]);
      return commandRequest(row);
    },
    commitFound: ({ epoch, requestId, changes, progress, at }) =>
      asPart(epoch, async (current) => {
        const isRunning = await reportFound(current, requestId, progress);
        if (isRunning) await markDue(current, changes, at);
        return isRunning;
      }),
    stopRequest: (id, progress) => stopRequest(query, id, progress),
    underOtherMapping: async ({ version, after = '', limit }) => {
      const rows = await query(
        `SELECT record_id, object FROM verdicts
         WHERE record_id > $1 AND mapping_version <> $2 AND input_hash IS NOT NULL ORDER BY record_id LIMIT $3`,
        [after, version, limit],
      );
      return rows.map(recordName);
    },
    countUnderOtherMapping: async (version) => {
      const [row] = await query(
        'SELECT count(*) AS number FROM verdicts WHERE mapping_version <> $1 AND input_hash IS NOT NULL',
        [version],
      );
      return Number(row?.number);
    },
    dueInBulk: async () => {
      const [row] = await query('SELECT count(*) AS number FROM records WHERE is_due AND lane = 1');
      return Number(row?.number);
    },

    addUsage: (used) => transaction((current) => addUsage(current, used)),

    addEngagement: (events, now) => transaction((current) => addEngagement(current, events, now)),
    newEngagement: async (limit) => (await selectNewEngagement(query, limit)).map(newEngagement),
    newMoves: async (limit) => (await selectNewMoves(query, limit)).map(keptMove),
    engagementContext: (of) => transaction((current) => engagementContext(current, of)),
    engagementCameAt: async () => numberOrUndefined((await query(CAME_AT))[0]?.at),
    commitEngagement: (digest) => asSubscriber(digest.epoch, (current) => commitEngagement(current, digest)),
    pendingEngagement: async (request) => (await selectPendingEngagement(query, request)).map(pendingEngagement),
    commitEngagementWrites: (results, epoch) =>
      asSubscriber(epoch, (current) => commitEngagementWrites(current, results)),
    conversions: async (from) => (await selectConversions(query, from)).map(conversionCount),
    engagementOf: async (recordId, limit) => (await selectEngagementOf(query, recordId, limit)).map(engagementEntry),

    tidy: (page) => asSubscriber(page.epoch, (current) => tidy(current, page)),
    size: () => size(query),

    troubleFigures: async ({ failedSince }) =>
      troubleFigures((await query(TROUBLE_FIGURES, [wholeMs(failedSince)]))[0]),
    toldAlerts: async () => (await query('SELECT name, since FROM told_alerts ORDER BY name')).map(toldAlert),
    commitToldAlerts: (told) => transaction((current) => commitToldAlerts(current, told)),

    counts: async () => {
      const [row] = await query(COUNTS);
      return { due: Number(row?.due), pendingWriteBacks: Number(row?.pending), deadLetters: Number(row?.dead) };
    },
    nextAttemptAt: async () => {
      const [row] = await query(NEXT_ATTEMPT);
      return { sync: numberOrUndefined(row?.sync), writeBack: numberOrUndefined(row?.write_back) };
    },
    close: async () => {
      await listener.close();
      await connections.close();
    },
  };
}

const SET_CURSOR = `
  INSERT INTO cursors (channel, replay_id, committed_at) VALUES ($1, $2, $3)
  ON CONFLICT (channel) DO UPDATE SET replay_id = excluded.replay_id, committed_at = excluded.committed_at`;

const SET_STATE = `
  INSERT INTO state (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`;

const COUNTS = `
  SELECT (SELECT count(*) FROM records WHERE is_due) AS due,
         (SELECT count(*) FROM verdicts WHERE write_back_not_before IS NOT NULL AND write_back = 'pending') AS pending,
         (SELECT count(*) FROM verdicts WHERE status = 'Failed' OR write_back = 'refused') AS dead`;

const TROUBLE_FIGURES = `
  SELECT (SELECT min(due_since) FROM (SELECT due_since FROM records WHERE is_due AND lane = 0
                                      ORDER BY not_before LIMIT ${LIVE_LOOKED_AT}) AS next) AS oldest,
         (SELECT count(*) FROM verdicts WHERE status = 'Failed' AND decided_at >= $1) AS failed,
         (SELECT count(*) FROM verdicts WHERE write_back = 'refused') AS refused`;

/** Lane by lane, as the index is sorted. */
const NEXT_ATTEMPT = `
  SELECT least((SELECT min(not_before) FROM records WHERE is_due AND lane = 0),
               (SELECT min(not_before) FROM records WHERE is_due AND lane = 1),
               (SELECT min(assert_at) FROM users WHERE assert_at IS NOT NULL)) AS sync,
         (SELECT min(write_back_not_before) FROM verdicts WHERE write_back_not_before IS NOT NULL) AS write_back`;

/** The first pair stays: of two processes that start at once on an empty store, the second is compared with the first. */
async function bind({ query }: Transaction, { orgId, appId }: Owner): Promise<void> {
  await query(`INSERT INTO state (name, value) VALUES ('org_id', $1), ('app_id', $2) ON CONFLICT (name) DO NOTHING`, [
    orgId,
    appId,
  ]);
  const rows = await query(`SELECT name, value FROM state WHERE name IN ('org_id', 'app_id')`);
  const stored = new Map(rows.map(({ name, value }) => [name, String(value)]));
  assertOwner({ orgId: stored.get('org_id') ?? null, appId: stored.get('app_id') ?? null }, { orgId, appId });
}

async function commitToldAlerts(
  { query }: Transaction,
  { started, ended }: { started: readonly ToldAlert[]; ended: readonly string[] },
): Promise<void> {
  await query('DELETE FROM told_alerts WHERE name = ANY($1)', [ended]);
  await query(
    `INSERT INTO told_alerts (name, since) SELECT * FROM unnest($1::text[], $2::bigint[])
     ON CONFLICT (name) DO UPDATE SET since = excluded.since`,
    [started.map(({ name }) => name), started.map(({ since }) => wholeMs(since))],
  );
}

/** A shorter wait never ends a longer one. */
async function pauseOneSignal(transaction: Transaction, until: number): Promise<void> {
  await transaction.query(
    `INSERT INTO state AS s (name, value) VALUES ('paused_until', $1)
     ON CONFLICT (name) DO UPDATE SET value = greatest(s.value::bigint, excluded.value::bigint)::text`,
    [String(wholeMs(until))],
  );
  transaction.announce();
}
