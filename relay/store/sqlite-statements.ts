import type { DatabaseSync } from 'node:sqlite';
import { preparing } from './sqlite-statement.ts';
import { LIVE_LOOKED_AT, type UsersAndRecords } from './store.ts';

export type Statements = ReturnType<typeof prepareStatements>;

/** Of a verdict that comes after another. The parameter says whether its record may be there to be written to. */
const IS_TO_WRITE = `excluded.write_back = 'pending' OR (? AND (write_back <> 'none'
  OR status <> excluded.status OR reason <> excluded.reason OR detail <> excluded.detail OR stage IS NOT excluded.stage
  OR answers IS NOT excluded.answers OR onesignal_id IS NOT excluded.onesignal_id))`;

/**
 * Every statement of the SQLite store, prepared once. Lists of keys travel as one JSON parameter. A limit that is a
 * parameter and nothing else would have SQLite plan the statement anew whenever it is bound, since the value may tell
 * which plan is best, and that takes longer than most statements do: https://www.sqlite.org/c3ref/prepare.html
 */
export function prepareStatements(database: DatabaseSync) {
  const prepare = preparing(database);
  return {
    getState: prepare('SELECT value FROM state WHERE name = ?'),
    setState: prepare('INSERT INTO state VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value'),

    part: prepare('SELECT 1 FROM parts WHERE epoch = ? AND left_at IS NULL'),
    lastPart: prepare('SELECT left_at FROM parts ORDER BY epoch DESC LIMIT 1'),
    endParts: prepare('DELETE FROM parts'),
    beginPart: prepare('INSERT INTO parts DEFAULT VALUES RETURNING epoch'),
    leavePart: prepare('UPDATE parts SET left_at = ? WHERE epoch = ? AND left_at IS NULL'),
    // What is under lease is due.
    freeLeases: prepare(
      'UPDATE records SET lease_epoch = NULL, not_before = ? WHERE is_due = 1 AND lease_epoch IS NOT NULL',
    ),
    // An assertion that waits starts its wait anew: our clock may have jumped ahead while no process looked.
    doubtUsers: prepare(
      `UPDATE users SET assert_at = max(coalesce(assert_at, 0), ?)
       WHERE assert_at IS NOT NULL OR key IN (SELECT key FROM claims WHERE epoch IS NOT NULL)`,
    ),
    interruptClaims: prepare(
      'UPDATE claims SET epoch = NULL, was_interrupted = 1, free_at = ? WHERE epoch IS NOT NULL',
    ),
    freeClaims: prepare('UPDATE claims SET epoch = NULL, free_at = ? WHERE epoch IS NOT NULL'),
    // Of the part that is over: who was held by a lease alone. Left to itself SQLite looks through all that have a user.
    claimLeased: prepare(
      `INSERT INTO claims (key, epoch, free_at)
       SELECT DISTINCT user_key, lease_epoch, 0 FROM records INDEXED BY records_due
       WHERE is_due = 1 AND lease_epoch IS NOT NULL AND user_key IS NOT NULL
       ON CONFLICT DO UPDATE SET epoch = excluded.epoch`,
    ),
    claimed: prepare('SELECT key FROM claims WHERE key IN (SELECT value FROM json_each(?))'),
    // Nobody else can hold a user: the folder has one process, and within it one unit a user.
    claim: prepare(
      `INSERT INTO claims (key, epoch, free_at) SELECT value, ?, 0 FROM json_each(?) WHERE true
       ON CONFLICT DO UPDATE SET epoch = excluded.epoch RETURNING key, free_at, was_interrupted`,
    ),
    releaseClaim: prepare(
      'UPDATE claims SET epoch = NULL, free_at = ?, was_interrupted = ? WHERE key = ? AND epoch = ?',
    ),
    rest: prepare(
      'INSERT INTO claims (key, free_at) VALUES (?, ?) ON CONFLICT DO UPDATE SET free_at = excluded.free_at',
    ),
    dropOldClaims: prepare('DELETE FROM claims WHERE epoch IS NULL AND was_interrupted = 0 AND free_at <= ?'),

    pause: prepare(
      `INSERT INTO state VALUES ('onesignal_paused_until', ?)
       ON CONFLICT DO UPDATE SET value = excluded.value WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)`,
    ),
    addUsage: prepare(
      `INSERT INTO usage (allotment, span_from, count) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count`,
    ),
    forgetUsage: prepare('DELETE FROM usage WHERE span_from < ?'),
    usage: prepare('SELECT * FROM usage ORDER BY allotment, span_from'),
    addRequest: prepare('INSERT INTO requests (kind, options) VALUES (?, ?) RETURNING id'),
    forgetRequests: prepare(`DELETE FROM requests WHERE state IN ('done', 'failed') AND id <= ?`),
    takeRequest: prepare(
      `UPDATE requests SET state = 'running' WHERE id = (SELECT min(id) FROM requests WHERE state = 'waiting' AND kind = ?)
       RETURNING *`,
    ),
    openRequest: prepare(
      `SELECT * FROM requests WHERE kind = ? AND state IN ('waiting', 'running') ORDER BY id LIMIT 1`,
    ),
    stopRequest: prepare(
      `UPDATE requests SET state = 'failed', progress = ? WHERE id = ? AND state IN ('waiting', 'running') RETURNING id`,
    ),
    reportFound: prepare(`UPDATE requests SET progress = ? WHERE id = ? AND state = 'running' RETURNING id`),
    underOtherMapping: prepare(
      `SELECT record_id, object FROM verdicts
       WHERE record_id > ? AND mapping_version <> ? AND input_hash IS NOT NULL ORDER BY record_id LIMIT ?`,
    ),
    countUnderOtherMapping: prepare(
      'SELECT count(*) AS number FROM verdicts WHERE mapping_version <> ? AND input_hash IS NOT NULL',
    ),
    dueInBulk: prepare('SELECT count(*) AS number FROM records WHERE is_due = 1 AND lane = 1'),
    reportRequest: prepare('UPDATE requests SET state = ?, progress = ? WHERE id = ?'),
    request: prepare('SELECT * FROM requests WHERE id = ?'),
    restartRequests: prepare(`UPDATE requests SET state = 'waiting' WHERE state = 'running'`),

    getCursor: prepare('SELECT replay_id, committed_at FROM cursors WHERE channel = ?'),
    setCursor: prepare(
      `INSERT INTO cursors VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET replay_id = excluded.replay_id, committed_at = excluded.committed_at`,
    ),
    dropCursor: prepare('DELETE FROM cursors WHERE channel = ?'),

    // A record under lease keeps its lease: only its generation rises, so that it stays due when the lease is settled.
    markDue: prepare(
      `INSERT INTO records (record_id, object, is_due, generation, due_since, lane, is_forced, not_before,
                            hint_stage, hint_changed_at, has_deletion_evidence, cause)
       VALUES (?, ?, 1, 1, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
         generation = generation + 1,
         due_since = CASE WHEN is_due = 1 AND lease_epoch IS NULL THEN due_since ELSE excluded.due_since END,
         lane = CASE WHEN is_due = 1 THEN min(lane, excluded.lane) ELSE excluded.lane END,
         is_forced = CASE WHEN is_due = 1 THEN max(is_forced, excluded.is_forced) ELSE excluded.is_forced END,
         attempts = CASE WHEN lease_epoch IS NOT NULL THEN attempts ELSE 0 END,
         -- one that waits already keeps its place: else a record that changes again and again would never have its turn
         not_before = CASE WHEN lease_epoch IS NOT NULL THEN not_before
                           WHEN is_due = 1 THEN min(not_before, excluded.not_before) ELSE excluded.not_before END,
         hint_stage = CASE WHEN excluded.hint_changed_at >= coalesce(hint_changed_at, '')
                           THEN excluded.hint_stage ELSE hint_stage END,
         hint_changed_at = CASE WHEN excluded.hint_changed_at >= coalesce(hint_changed_at, '')
                                THEN excluded.hint_changed_at ELSE hint_changed_at END,
         has_deletion_evidence = max(has_deletion_evidence, excluded.has_deletion_evidence),
         cause = CASE WHEN is_due = 1 AND lease_epoch IS NULL THEN coalesce(cause, excluded.cause) ELSE excluded.cause END,
         is_due = 1`,
    ),

    alsoDue: prepare(
      `UPDATE records SET is_due = 1, generation = generation + 1, due_since = :at, lane = 0, is_forced = 0, attempts = 0,
         not_before = :not_before, cause = 'unfinished'
       WHERE record_id = :id AND is_due = 0`,
    ),
    leaseDue: prepare(
      `UPDATE records SET lease_epoch = ?, not_before = ?
       WHERE record_id IN (SELECT record_id FROM records WHERE is_due = 1 AND lane = ? AND not_before <= ?
                           ORDER BY not_before LIMIT CAST(? AS INTEGER))
       RETURNING record_id, object, generation, due_since, lane, is_forced, attempts, hint_stage, hint_changed_at,
         has_deletion_evidence, user_key, cause`,
    ),
    // Only of a lease that is still held: what ran out may be in other hands.
    settle: prepare(
      `UPDATE records SET
         is_due = generation <> ?,
         is_forced = CASE WHEN generation = ? THEN 0 ELSE is_forced END,
         has_deletion_evidence = CASE WHEN generation = ? AND ? THEN 0 ELSE has_deletion_evidence END,
         lease_epoch = NULL, attempts = 0, not_before = ?
       WHERE record_id = ? AND lease_epoch = ?`,
    ),
    postpone: prepare(
      `UPDATE records SET
         lease_epoch = NULL,
         attempts = CASE WHEN generation = :generation THEN attempts + :attempt ELSE 0 END,
         not_before = CASE WHEN generation = :generation THEN :not_before ELSE :now END
       WHERE record_id = :id AND lease_epoch = :epoch`,
    ),

    // A record gets a user only when it was seen: older evidence of a deletion is void, unless a due record may hold newer.
    link: prepare(
      `INSERT INTO records (record_id, object, user_key) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET user_key = excluded.user_key,
         has_deletion_evidence = CASE WHEN is_due = 0 AND excluded.user_key IS NOT NULL
                                      THEN 0 ELSE has_deletion_evidence END
       WHERE user_key IS NOT excluded.user_key OR has_deletion_evidence = 1`,
    ),
    eraseHint: prepare(
      'UPDATE records SET hint_stage = NULL, hint_changed_at = NULL WHERE record_id = ? AND is_due = 0',
    ),
    eraseTransitions: prepare('DELETE FROM transitions WHERE record_id = ?'),
    linkedRecords: prepare(
      `SELECT user_key, record_id, object, hint_stage, hint_changed_at, has_deletion_evidence FROM records
       WHERE user_key IN (SELECT value FROM json_each(:userKeys))
          OR (record_id IN (SELECT value FROM json_each(:recordIds)) AND user_key IS NOT NULL)
       ORDER BY user_key, record_id`,
    ),
    user: prepare('SELECT * FROM users WHERE key IN (SELECT value FROM json_each(?))'),
    // Without a word on OneSignal's id, whose index would be written anew, and that at a random place.
    saveKnownUser: prepare(
      `UPDATE users SET created_at = ?, assert_at = ?, retire_at = ?, tag_room = ?, tags = ?, aliases = ?, inherited = ?
       WHERE key = ? AND onesignal_id IS ?`,
    ),
    saveUser: prepare(
      `INSERT INTO users (key, onesignal_id, created_at, assert_at, retire_at, tag_room, tags, aliases, inherited)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET onesignal_id = excluded.onesignal_id, tags = excluded.tags,
         aliases = excluded.aliases, created_at = excluded.created_at, assert_at = excluded.assert_at,
         inherited = excluded.inherited, retire_at = excluded.retire_at, tag_room = excluded.tag_room`,
    ),
    forgetUser: prepare('DELETE FROM users WHERE key = ?'),
    usersToRetire: prepare('SELECT key FROM users WHERE retire_at <= ? ORDER BY retire_at LIMIT CAST(? AS INTEGER)'),
    usersToAssert: prepare('SELECT key FROM users WHERE assert_at <= ? ORDER BY assert_at LIMIT CAST(? AS INTEGER)'),

    // Where the record may say what an older verdict of ours said, this one goes to it.
    saveVerdict: prepare(
      `INSERT INTO verdicts (record_id, object, status, reason, detail, stage, answers, onesignal_id, decided_at,
                             input_hash, mapping_version, write_back, write_back_not_before)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
         status = excluded.status, reason = excluded.reason, detail = excluded.detail, stage = excluded.stage,
         answers = excluded.answers, onesignal_id = excluded.onesignal_id, decided_at = excluded.decided_at,
         input_hash = excluded.input_hash, mapping_version = excluded.mapping_version, version = version + 1,
         write_back = iif(${IS_TO_WRITE}, 'pending', 'none'), write_back_not_before = iif(${IS_TO_WRITE}, ?, NULL),
         write_back_attempts = 0, write_back_error = NULL`,
    ),
    pendingWriteBacks: prepare(
      `SELECT record_id, object, status, reason, detail, stage, answers, onesignal_id, decided_at, version,
         write_back_attempts, write_back, write_back_not_before
       FROM verdicts WHERE write_back_not_before <= :at AND (:object IS NULL OR object = :object)
       ORDER BY write_back_not_before LIMIT CAST(:limit AS INTEGER)`,
    ),
    writeBackDone: prepare(
      `UPDATE verdicts SET write_back = 'none', write_back_not_before = NULL, write_back_error = NULL
       WHERE record_id = ? AND version = ?`,
    ),
    writeBackAgain: prepare(
      `UPDATE verdicts SET write_back_attempts = write_back_attempts + 1, write_back_not_before = ?
       WHERE record_id = ? AND version = ?`,
    ),
    writeBackRefused: prepare(
      `UPDATE verdicts SET write_back = 'refused', write_back_error = ?, write_back_not_before = ?,
         write_back_attempts = write_back_attempts + 1
       WHERE record_id = ? AND version = ?`,
    ),

    knownRecord: prepare(
      `SELECT records.record_id, is_due, lease_epoch IS NOT NULL AS is_under_work, status, stage, answers, input_hash,
         mapping_version, write_back
       FROM records LEFT JOIN verdicts USING (record_id)
       WHERE records.record_id IN (SELECT value FROM json_each(?))`,
    ),
    deadLetters: prepare(
      `SELECT *, CASE WHEN status = 'Failed' THEN reason ELSE 'WRITE_BACK_REFUSED' END AS dead_reason FROM verdicts
       WHERE (status = 'Failed' OR write_back = 'refused') AND record_id > :after
         AND (:ids IS NULL OR record_id IN (SELECT value FROM json_each(:ids)))
         AND (:reason IS NULL OR :reason = dead_reason)
       ORDER BY record_id LIMIT :limit`,
    ),
    countDeadLetters: prepare(
      `SELECT CASE WHEN status = 'Failed' THEN reason ELSE 'WRITE_BACK_REFUSED' END AS dead_reason, count(*) AS number
       FROM verdicts WHERE status = 'Failed' OR write_back = 'refused' GROUP BY dead_reason ORDER BY number DESC, dead_reason`,
    ),
    recordStates: prepare(
      `SELECT r.record_id, r.object, r.is_due, r.user_key, coalesce(u.onesignal_id, v.onesignal_id) AS onesignal_id,
         v.status, v.reason, v.detail, v.stage, v.decided_at, v.write_back, v.write_back_error
       FROM json_each(?) AS asked JOIN records r ON r.record_id = asked.value
         LEFT JOIN verdicts v ON v.record_id = r.record_id LEFT JOIN users u ON u.key = r.user_key
       ORDER BY asked.key`,
    ),
    usersWithOneSignalId: prepare('SELECT key FROM users WHERE onesignal_id = ? ORDER BY key'),
    saveHistory: prepare('INSERT INTO history VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET counts = excluded.counts'),
    forgetHistory: prepare('DELETE FROM history WHERE at < ?'),
    history: prepare('SELECT * FROM history WHERE at >= ? ORDER BY at, process'),
    writeBackNow: prepare(
      `UPDATE verdicts SET write_back = 'pending', write_back_attempts = 0, write_back_not_before = ?
       WHERE record_id = ? AND write_back = 'refused'`,
    ),

    troubleFigures: prepare(
      `SELECT (SELECT min(due_since) FROM (SELECT due_since FROM records WHERE is_due = 1 AND lane = 0
                                           ORDER BY not_before LIMIT ${LIVE_LOOKED_AT})) AS oldest,
              (SELECT count(*) FROM verdicts WHERE status = 'Failed' AND decided_at >= ?) AS failed,
              (SELECT count(*) FROM verdicts WHERE write_back = 'refused') AS refused`,
    ),
    toldAlerts: prepare('SELECT name, since FROM told_alerts ORDER BY name'),
    alertStarted: prepare(
      'INSERT INTO told_alerts (name, since) VALUES (?, ?) ON CONFLICT DO UPDATE SET since = excluded.since',
    ),
    alertEnded: prepare('DELETE FROM told_alerts WHERE name = ?'),

    counts: prepare(
      `SELECT (SELECT count(*) FROM records WHERE is_due = 1) AS due,
              (SELECT count(*) FROM verdicts
               WHERE write_back_not_before IS NOT NULL AND write_back = 'pending') AS pending,
              (SELECT count(*) FROM verdicts WHERE status = 'Failed' OR write_back = 'refused') AS dead`,
    ),
    // min() over two columns would be null when one of them is: the smaller of what there is counts. Only the conditions
    // let SQLite use the indexes, which have them too: https://www.sqlite.org/partialindex.html
    nextAttempt: prepare(
      `SELECT (SELECT min(at) FROM (SELECT min(not_before) AS at FROM records WHERE is_due = 1 AND lane = 0
                                    UNION ALL SELECT min(not_before) FROM records WHERE is_due = 1 AND lane = 1
                                    UNION ALL SELECT min(assert_at) FROM users WHERE assert_at IS NOT NULL)) AS sync,
              (SELECT min(write_back_not_before) FROM verdicts WHERE write_back_not_before IS NOT NULL) AS write_back`,
    ),
  };
}

/** As the parameters of a statement that looks by users or records. */
export function usersAndRecords({ userKeys, recordIds }: UsersAndRecords): { userKeys: string; recordIds: string } {
  return { userKeys: JSON.stringify(userKeys), recordIds: JSON.stringify(recordIds) };
}
