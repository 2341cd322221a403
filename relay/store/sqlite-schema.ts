/**
 * Migrations, oldest first. The store's version is the number of those that have run (`PRAGMA user_version`).
 * Never edit one that was released: add another.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE cursors (channel TEXT PRIMARY KEY, replay_id TEXT NOT NULL, committed_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE records (
    record_id TEXT PRIMARY KEY,
    object TEXT NOT NULL,
    user_key TEXT,
    is_due INTEGER NOT NULL DEFAULT 0,
    generation INTEGER NOT NULL DEFAULT 0,
    due_since INTEGER NOT NULL DEFAULT 0,
    -- 0 live, 1 bulk: live records are leased first
    lane INTEGER NOT NULL DEFAULT 0,
    is_forced INTEGER NOT NULL DEFAULT 0,
    is_leased INTEGER NOT NULL DEFAULT 0,
    -- the process that held it died: what it was writing may have landed, or may yet
    was_interrupted INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- a lease pushes it into the future, so that one index serves leases and waiting
    not_before INTEGER NOT NULL DEFAULT 0,
    hint_stage TEXT,
    hint_changed_at TEXT,
    has_deletion_evidence INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX records_due ON records (lane, not_before) WHERE is_due = 1;
  CREATE INDEX records_waiting ON records (not_before) WHERE is_due = 1;
  CREATE INDEX records_leased ON records (is_leased) WHERE is_leased = 1;
  CREATE INDEX records_by_user ON records (user_key) WHERE user_key IS NOT NULL;

  CREATE TABLE users (
    key TEXT PRIMARY KEY,
    onesignal_id TEXT,
    tags TEXT NOT NULL,
    aliases TEXT NOT NULL,
    created_at INTEGER,
    assert_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX users_to_assert ON users (assert_at) WHERE assert_at IS NOT NULL;

  CREATE TABLE verdicts (
    record_id TEXT PRIMARY KEY,
    object TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    stage TEXT,
    answers TEXT,
    onesignal_id TEXT,
    decided_at INTEGER NOT NULL,
    input_hash TEXT,
    mapping_version TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    -- none, pending or refused
    write_back TEXT NOT NULL,
    write_back_attempts INTEGER NOT NULL DEFAULT 0,
    write_back_not_before INTEGER,
    write_back_error TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX verdicts_to_write ON verdicts (write_back_not_before) WHERE write_back_not_before IS NOT NULL;
  CREATE INDEX verdicts_failed ON verdicts (record_id) WHERE status = 'Failed' OR write_back = 'refused';
  `,
];
