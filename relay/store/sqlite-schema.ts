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
  `
  DROP INDEX records_leased;
  -- Which process holds the record; 0 stands for one from before processes had numbers.
  ALTER TABLE records ADD COLUMN lease_epoch INTEGER;
  UPDATE records SET lease_epoch = 0 WHERE is_leased = 1;
  CREATE INDEX records_leased ON records (lease_epoch) WHERE lease_epoch IS NOT NULL;

  CREATE TABLE parts (
    epoch INTEGER PRIMARY KEY AUTOINCREMENT,
    -- null while the process lives, as far as is known
    left_at INTEGER
  ) STRICT;

  -- A user that a unit of work has, or must be careful with.
  CREATE TABLE claims (
    key TEXT PRIMARY KEY,
    epoch INTEGER,
    free_at INTEGER NOT NULL,
    was_interrupted INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX claims_taken ON claims (epoch) WHERE epoch IS NOT NULL;
  INSERT INTO claims
    SELECT DISTINCT user_key, 0, 0, 0 FROM records WHERE (is_leased = 1 OR was_interrupted = 1) AND user_key IS NOT NULL;

  ALTER TABLE records DROP COLUMN is_leased;
  ALTER TABLE records DROP COLUMN was_interrupted;

  CREATE TABLE requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    options TEXT NOT NULL,
    -- waiting, running, done or failed
    state TEXT NOT NULL DEFAULT 'waiting',
    progress TEXT NOT NULL DEFAULT '{}'
  ) STRICT;
  `,
  `
  ALTER TABLE users ADD COLUMN inherited TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE users ADD COLUMN retire_at INTEGER;
  CREATE INDEX users_to_retire ON users (retire_at) WHERE retire_at IS NOT NULL;

  CREATE TABLE transitions (
    -- in the order in which they came
    id INTEGER PRIMARY KEY,
    -- event or message
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    -- unix seconds
    at INTEGER NOT NULL,
    object TEXT NOT NULL,
    prior_stage TEXT,
    -- shown by the record itself, where no event told of it
    is_shown INTEGER NOT NULL DEFAULT 0,
    -- waiting for a verdict, ready or over
    state TEXT NOT NULL,
    user_key TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    UNIQUE (record_id, stage, at, kind)
  ) STRICT;
  CREATE INDEX transitions_ready ON transitions (kind, not_before, id) WHERE state = 'ready';
  CREATE INDEX transitions_by_age ON transitions (at);
  `,
  `ALTER TABLE users ADD COLUMN tag_room TEXT;`,
  `
  CREATE TABLE addresses (
    -- Email or SMS
    type TEXT NOT NULL,
    hash TEXT NOT NULL,
    user_key TEXT NOT NULL,
    -- null: free for the next record that has it
    record_id TEXT,
    held_by TEXT,
    -- unknown, ours, theirs or foreign
    origin TEXT NOT NULL,
    -- a create that nobody saw the end of, and until when it may land, unix ms
    making_for TEXT,
    making_until INTEGER,
    is_on INTEGER,
    is_off_by_us INTEGER NOT NULL DEFAULT 0,
    is_inherited INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (type, hash)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX addresses_by_user ON addresses (user_key);
  CREATE INDEX addresses_by_record ON addresses (record_id);

  -- Records that have an address which another user has already.
  CREATE TABLE address_waiters (
    type TEXT NOT NULL,
    hash TEXT NOT NULL,
    record_id TEXT NOT NULL,
    is_opted_out INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (type, hash, record_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX address_waiters_by_record ON address_waiters (record_id);
  `,
  `
  -- since when nothing needs the row, as far as anybody has looked
  ALTER TABLE users ADD COLUMN unused_since INTEGER;
  ALTER TABLE addresses ADD COLUMN unused_since INTEGER;
  `,
  `
  -- What the relay used of what Salesforce allots to the org for 24 hours.
  CREATE TABLE usage (
    -- api_call or delivery
    allotment TEXT NOT NULL,
    -- when the span of time began, unix ms
    span_from INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (allotment, span_from)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- what made it due, in a word
  ALTER TABLE records ADD COLUMN cause TEXT;
  CREATE INDEX users_by_onesignal_id ON users (onesignal_id) WHERE onesignal_id IS NOT NULL;

  -- What happened to records, in the order in which it did.
  CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    record_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- JSON
    entry TEXT NOT NULL
  ) STRICT;
  CREATE INDEX journal_by_record ON journal (record_id);

  -- What each process did, by the minute.
  CREATE TABLE history (
    at INTEGER NOT NULL,
    process INTEGER NOT NULL,
    -- JSON
    counts TEXT NOT NULL,
    PRIMARY KEY (at, process)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Messages of OneSignal by their id, since what comes later may not name them any more.
  CREATE TABLE messages (id TEXT PRIMARY KEY, name TEXT, seen_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  -- What OneSignal told of people and messages.
  CREATE TABLE engagement (
    id TEXT PRIMARY KEY,
    -- push, email, sms or iam
    channel TEXT NOT NULL,
    -- sent, received, opened, clicked, unsubscribed, reported_as_spam or bounced
    what TEXT NOT NULL,
    at INTEGER NOT NULL,
    external_id TEXT,
    onesignal_id TEXT,
    message_id TEXT,
    -- whom it is about, once somebody has looked
    user_key TEXT,
    record_id TEXT,
    received_at INTEGER NOT NULL,
    is_new INTEGER NOT NULL DEFAULT 1
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX engagement_new ON engagement (received_at, id) WHERE is_new = 1;
  CREATE INDEX engagement_by_user ON engagement (user_key, at) WHERE what IN ('opened', 'clicked');
  CREATE INDEX engagement_by_record ON engagement (record_id, at) WHERE record_id IS NOT NULL;

  -- Moves from one stage to another, as verdicts showed them.
  CREATE TABLE stage_moves (
    record_id TEXT NOT NULL,
    -- unix ms, in whole seconds
    at INTEGER NOT NULL,
    stage TEXT NOT NULL,
    object TEXT NOT NULL,
    prior_stage TEXT NOT NULL,
    -- the message that counts for it
    message_id TEXT,
    is_new INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (record_id, at, stage)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX stage_moves_new ON stage_moves (record_id, at) WHERE is_new = 1;

  -- What each user did with messages, all in all.
  CREATE TABLE engaged_users (
    key TEXT PRIMARY KEY,
    opens INTEGER NOT NULL,
    clicks INTEGER NOT NULL,
    last_at INTEGER,
    last_message_id TEXT,
    unsubscribed_at INTEGER,
    email_ended_at INTEGER
  ) STRICT, WITHOUT ROWID;

  -- Records that say something about engagement, or are to.
  CREATE TABLE engagement_writes (
    record_id TEXT PRIMARY KEY,
    object TEXT NOT NULL,
    influenced_by TEXT,
    -- of which unsubscribe, and of which end of emails, the record was told; 0: of none
    unsubscribed_told_at INTEGER NOT NULL DEFAULT 0,
    email_ended_told_at INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1,
    attempts INTEGER NOT NULL DEFAULT 0,
    is_refused INTEGER NOT NULL DEFAULT 0,
    -- null while the record says everything
    not_before INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX engagement_to_write ON engagement_writes (object, not_before) WHERE not_before IS NOT NULL;
  `,
  `
  -- Alerts that people were told of, and not yet of their end.
  CREATE TABLE told_alerts (name TEXT PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX verdicts_failed_at ON verdicts (decided_at) WHERE status = 'Failed';
  CREATE INDEX verdicts_refused ON verdicts (record_id) WHERE write_back = 'refused';
  `,
  `
  -- Each change of a record would have to keep these too: what they find, records_due and a short table find as well.
  DROP INDEX records_waiting;
  DROP INDEX records_leased;
  DROP INDEX claims_taken;
  `,
];
