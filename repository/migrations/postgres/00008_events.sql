-- +goose Up

-- What people and programs are told of. moment says what an event tells of, so
-- that it is told once. seq is its place in the order that readers see: it is
-- given after the commit, so that none appears behind one that was read.
CREATE TABLE events (
    id         text        COLLATE "C" PRIMARY KEY,
    seq        bigint,
    type       text        COLLATE "C" NOT NULL,
    account_id text        COLLATE "C" NOT NULL,
    token_id   text        COLLATE "C" NOT NULL,
    at         timestamptz NOT NULL,
    moment     text        COLLATE "C" NOT NULL,
    data       text        NOT NULL,
    CONSTRAINT events_moment_key UNIQUE (moment)
);
CREATE UNIQUE INDEX events_seq_key ON events (seq) WHERE seq IS NOT NULL;
CREATE INDEX events_unnumbered_idx ON events (id) WHERE seq IS NULL;
CREATE INDEX events_account_idx ON events (account_id, seq);
CREATE INDEX events_token_idx ON events (token_id, seq) WHERE token_id <> '';
CREATE INDEX events_at_idx ON events (at);

-- How far the audit log has become events, and the last seq that was given.
-- What is in the log already is not told.
CREATE TABLE event_cursor (
    one        boolean     PRIMARY KEY DEFAULT true CHECK (one),
    sealed     bigint      NOT NULL,
    numbered   bigint      NOT NULL
);
INSERT INTO event_cursor (sealed, numbered) SELECT coalesce(max(seq), 0), 0 FROM audit_entries WHERE seq IS NOT NULL;

-- How far each search for what time brings has come.
CREATE TABLE event_scans (
    kind       text        COLLATE "C" CONSTRAINT event_scans_pkey PRIMARY KEY,
    at         timestamptz NOT NULL,
    id         text        COLLATE "C" NOT NULL
);
CREATE INDEX tokens_expiring_idx ON tokens (expires_at, id) WHERE expires_at IS NOT NULL AND revoked_at IS NULL;

-- When the secret was replaced; NULL for those from before this migration.
ALTER TABLE previous_secrets ADD COLUMN replaced_at timestamptz;

-- +goose Down
ALTER TABLE previous_secrets DROP COLUMN replaced_at;
DROP INDEX tokens_expiring_idx;
DROP TABLE event_scans, event_cursor, events;
