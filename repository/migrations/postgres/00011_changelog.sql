-- +goose Up

-- What changes in the API, for people to read.
CREATE TABLE changelog_entries (
    id            text        COLLATE "C" NOT NULL PRIMARY KEY,
    account_types text[]      NOT NULL, -- empty for all
    version       text        NOT NULL, -- empty for none
    kind          text        NOT NULL,
    title         text        NOT NULL, -- by language; "" for all others
    body          text        NOT NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    published_at  timestamptz -- NULL for a draft
);
CREATE INDEX changelog_entries_published_idx ON changelog_entries (published_at, id);

-- What accounts are told at a moment, account by account, so that a stop in
-- between is made up for.
CREATE TABLE announcements (
    key          text        COLLATE "C" NOT NULL PRIMARY KEY, -- what is told once
    id           text        COLLATE "C" NOT NULL,
    event_type   text        NOT NULL,
    account_type text        COLLATE "C" NOT NULL,
    version      text        NOT NULL,
    entry_id     text        COLLATE "C" NOT NULL, -- of the changelog; empty for none
    sunset       timestamptz,
    days_before  integer     NOT NULL, -- the sunset
    refused      boolean     NOT NULL, -- whether checks refuse the version then
    due_at       timestamptz NOT NULL,
    told_up_to   text        COLLATE "C" NOT NULL, -- the last account that was told
    done_at      timestamptz
);
CREATE INDEX announcements_due_idx ON announcements (due_at) WHERE done_at IS NULL;

-- Up to which revision of a catalog its announcements are there.
ALTER TABLE catalogs ADD COLUMN announced_revision bigint NOT NULL DEFAULT 0;

-- Which events have told an account of a version that goes away.
CREATE TABLE version_events (
    event_id   text        COLLATE "C" NOT NULL PRIMARY KEY,
    account_id text        COLLATE "C" NOT NULL,
    version    text        NOT NULL
);
CREATE INDEX version_events_account_idx ON version_events (account_id, version);

-- Who has said that they know that a version goes away.
CREATE TABLE acknowledgements (
    token_id   text        COLLATE "C" NOT NULL,
    version    text        NOT NULL,
    at         timestamptz NOT NULL,
    actor_kind text        NOT NULL,
    actor_id   text        NOT NULL,
    actor_name text        NOT NULL,
    PRIMARY KEY (token_id, version)
);

-- +goose Down
DROP TABLE acknowledgements;
DROP TABLE version_events;
ALTER TABLE catalogs DROP COLUMN announced_revision;
DROP TABLE announcements;
DROP TABLE changelog_entries;
