/**
 * Migrations, oldest first; each runs once, in the store's own schema. Never edit one that was released: add another.
 * Times are milliseconds since 1970. Text that is compared or sorted is `"C"`, so that no database's language matters.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE state (name text PRIMARY KEY, value text NOT NULL);

  CREATE TABLE cursors (channel text PRIMARY KEY, replay_id text NOT NULL, committed_at bigint NOT NULL);

  -- Processes that work on the store.
  CREATE TABLE parts (
    epoch bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    expires_at bigint NOT NULL,
    sends_from bigint NOT NULL,
    is_subscriber boolean NOT NULL DEFAULT false,
    -- it counts among the members until it expires, and may write no longer
    has_left boolean NOT NULL DEFAULT false
  );
  CREATE UNIQUE INDEX parts_subscriber ON parts (is_subscriber) WHERE is_subscriber;

  -- Users that a unit of work holds, or held a moment ago.
  CREATE TABLE claims (
    key text COLLATE "C" PRIMARY KEY,
    -- null when nobody holds it
    epoch bigint,
    free_at bigint NOT NULL DEFAULT 0,
    was_interrupted boolean NOT NULL DEFAULT false
  );

  CREATE TABLE requests (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    options text NOT NULL,
    state text NOT NULL DEFAULT 'waiting',
    progress text NOT NULL DEFAULT '{}',
    epoch bigint
  );

  CREATE TABLE records (
    record_id text COLLATE "C" PRIMARY KEY,
    object text NOT NULL,
    user_key text COLLATE "C",
    is_due boolean NOT NULL DEFAULT false,
    generation bigint NOT NULL DEFAULT 0,
    due_since bigint NOT NULL DEFAULT 0,
    -- 0 live, 1 bulk: live records are leased first
    lane smallint NOT NULL DEFAULT 0,
    is_forced boolean NOT NULL DEFAULT false,
    leased_by bigint,
    attempts integer NOT NULL DEFAULT 0,
    -- a lease pushes it into the future, so that one index serves leases and waiting
    not_before bigint NOT NULL DEFAULT 0,
    hint_stage text,
    hint_changed_at text COLLATE "C",
    has_deletion_evidence boolean NOT NULL DEFAULT false
  );
  CREATE INDEX records_due ON records (lane, not_before, record_id) WHERE is_due;
  CREATE INDEX records_leased ON records (leased_by) WHERE leased_by IS NOT NULL;
  CREATE INDEX records_by_user ON records (user_key) WHERE user_key IS NOT NULL;

  CREATE TABLE users (
    key text COLLATE "C" PRIMARY KEY,
    onesignal_id text,
    -- JSON; text, because a binary form refuses what JSON allows
    tags text NOT NULL,
    aliases text NOT NULL,
    created_at bigint,
    assert_at bigint
  );
  CREATE INDEX users_to_assert ON users (assert_at) WHERE assert_at IS NOT NULL;

  CREATE TABLE verdicts (
    record_id text COLLATE "C" PRIMARY KEY,
    object text NOT NULL,
    status text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    stage text,
    answers text,
    onesignal_id text,
    decided_at bigint NOT NULL,
    input_hash text,
    mapping_version text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    -- none, pending or refused
    write_back text NOT NULL,
    write_back_attempts integer NOT NULL DEFAULT 0,
    write_back_not_before bigint,
    write_back_error text
  );
  CREATE INDEX verdicts_to_write ON verdicts (write_back_not_before) WHERE write_back_not_before IS NOT NULL;
  CREATE INDEX verdicts_failed ON verdicts (record_id) WHERE status = 'Failed' OR write_back = 'refused';
  `,
  `
  ALTER TABLE users ADD COLUMN inherited text NOT NULL DEFAULT '{}';
  ALTER TABLE users ADD COLUMN retire_at bigint;
  CREATE INDEX users_to_retire ON users (retire_at) WHERE retire_at IS NOT NULL;

  CREATE TABLE transitions (
    -- in the order in which they came
    id bigint GENERATED ALWAYS AS IDENTITY,
    -- event or message
    kind text NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    stage text COLLATE "C" NOT NULL,
    -- unix seconds
    at bigint NOT NULL,
    object text NOT NULL,
    prior_stage text,
    -- shown by the record itself, where no event told of it
    is_shown boolean NOT NULL DEFAULT false,
    -- waiting for a verdict, ready or over
    state text NOT NULL,
    user_key text,
    attempts integer NOT NULL DEFAULT 0,
    not_before bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (record_id, stage, at, kind)
  );
  CREATE INDEX transitions_ready ON transitions (kind, not_before, id) WHERE state = 'ready';
  CREATE INDEX transitions_by_age ON transitions (at);
  `,
  `ALTER TABLE users ADD COLUMN tag_room text;`,
  `
  CREATE TABLE addresses (
    -- Email or SMS
    type text NOT NULL,
    hash text COLLATE "C" NOT NULL,
    user_key text COLLATE "C" NOT NULL,
    -- null: free for the next record that has it
    record_id text COLLATE "C",
    held_by text,
    -- unknown, ours, theirs or foreign
    origin text NOT NULL,
    -- a create that nobody saw the end of, and until when it may land, unix ms
    making_for text,
    making_until bigint,
    is_on boolean,
    is_off_by_us boolean NOT NULL DEFAULT false,
    is_inherited boolean NOT NULL DEFAULT false,
    PRIMARY KEY (type, hash)
  );
  CREATE INDEX addresses_by_user ON addresses (user_key);
  CREATE INDEX addresses_by_record ON addresses (record_id);

  -- Records that have an address which another user has already.
  CREATE TABLE address_waiters (
    type text NOT NULL,
    hash text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    is_opted_out boolean NOT NULL DEFAULT false,
    PRIMARY KEY (type, hash, record_id)
  );
  CREATE INDEX address_waiters_by_record ON address_waiters (record_id);
  `,
  `
  -- since when nothing needs the row, as far as anybody has looked
  ALTER TABLE users ADD COLUMN unused_since bigint;
  ALTER TABLE addresses ADD COLUMN unused_since bigint;
  `,
  `
  -- What the relay used of what Salesforce allots to the org for 24 hours.
  CREATE TABLE usage (
    -- api_call or delivery
    allotment text NOT NULL,
    -- when the span of time began, unix ms
    span_from bigint NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (allotment, span_from)
  );
  `,
  `
  -- what made it due, in a word
  ALTER TABLE records ADD COLUMN cause text;
  CREATE INDEX users_by_onesignal_id ON users (onesignal_id) WHERE onesignal_id IS NOT NULL;

  -- What happened to records, in the order in which it did.
  CREATE TABLE journal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    record_id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    -- JSON
    entry text NOT NULL
  );
  CREATE INDEX journal_by_record ON journal (record_id, id);

  -- What each process did, by the minute.
  CREATE TABLE history (
    at bigint NOT NULL,
    process bigint NOT NULL,
    -- JSON
    counts text NOT NULL,
    PRIMARY KEY (at, process)
  );
  `,
  `
  -- Messages of OneSignal by their id, since what comes later may not name them any more.
  CREATE TABLE messages (id text COLLATE "C" PRIMARY KEY, name text, seen_at bigint NOT NULL);

  -- What OneSignal told of people and messages.
  CREATE TABLE engagement (
    id text COLLATE "C" PRIMARY KEY,
    -- push, email, sms or iam
    channel text NOT NULL,
    -- sent, received, opened, clicked, unsubscribed, reported_as_spam or bounced
    what text NOT NULL,
    at bigint NOT NULL,
    external_id text,
    onesignal_id text,
    message_id text,
    -- whom it is about, once somebody has looked
    user_key text COLLATE "C",
    record_id text COLLATE "C",
    received_at bigint NOT NULL,
    is_new smallint NOT NULL DEFAULT 1
  );
  CREATE INDEX engagement_new ON engagement (received_at, id) WHERE is_new = 1;
  CREATE INDEX engagement_by_user ON engagement (user_key, at) WHERE what IN ('opened', 'clicked');
  CREATE INDEX engagement_by_record ON engagement (record_id, at) WHERE record_id IS NOT NULL;

  -- Moves from one stage to another, as verdicts showed them.
  CREATE TABLE stage_moves (
    record_id text COLLATE "C" NOT NULL,
    -- unix ms, in whole seconds
    at bigint NOT NULL,
    stage text COLLATE "C" NOT NULL,
    object text NOT NULL,
    prior_stage text NOT NULL,
    -- the message that counts for it
    message_id text,
    is_new smallint NOT NULL DEFAULT 1,
    PRIMARY KEY (record_id, at, stage)
  );
  CREATE INDEX stage_moves_new ON stage_moves (record_id, at) WHERE is_new = 1;

  -- What each user did with messages, all in all.
  CREATE TABLE engaged_users (
    key text COLLATE "C" PRIMARY KEY,
    opens bigint NOT NULL,
    clicks bigint NOT NULL,
    last_at bigint,
    last_message_id text,
    unsubscribed_at bigint,
    email_ended_at bigint
  );

  -- Records that say something about engagement, or are to.
  CREATE TABLE engagement_writes (
    record_id text COLLATE "C" PRIMARY KEY,
    object text NOT NULL,
    influenced_by text,
    -- of which unsubscribe, and of which end of emails, the record was told; 0: of none
    unsubscribed_told_at bigint NOT NULL DEFAULT 0,
    email_ended_told_at bigint NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 1,
    attempts integer NOT NULL DEFAULT 0,
    is_refused integer NOT NULL DEFAULT 0,
    -- null while the record says everything
    not_before bigint
  );
  CREATE INDEX engagement_to_write ON engagement_writes (object, not_before) WHERE not_before IS NOT NULL;
  `,
  `
  -- Alerts that people were told of, and not yet of their end.
  CREATE TABLE told_alerts (name text COLLATE "C" PRIMARY KEY, since bigint NOT NULL);
  CREATE INDEX verdicts_failed_at ON verdicts (decided_at) WHERE status = 'Failed';
  CREATE INDEX verdicts_refused ON verdicts (record_id) WHERE write_back = 'refused';
  `,
];
