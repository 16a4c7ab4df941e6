-- +goose Up

-- When the current secret was first reported as leaked; until it is rotated, the
-- token cannot be enabled.
ALTER TABLE tokens ADD COLUMN leaked_at timestamp;
-- A decoy is never accepted, and raises the alarm.
ALTER TABLE tokens ADD COLUMN decoy boolean NOT NULL DEFAULT false;

-- Reports that were taken and are still to be looked into. What was found is
-- sealed by the root key, and there as a SHA-256 only.
CREATE TABLE leak_reports (
    id       text      PRIMARY KEY,
    at       timestamp NOT NULL,
    due_at   timestamp NOT NULL, -- when a node may take it up; later while one is at it
    source   text      NOT NULL,
    reporter text      NOT NULL, -- the address
    sealed   blob      NOT NULL
);
CREATE INDEX leak_reports_due_at_idx ON leak_reports (due_at);

-- Each secret and place once.
CREATE TABLE leaks (
    token_id   text      NOT NULL REFERENCES tokens (id),
    generation integer   NOT NULL,
    place      blob      NOT NULL, -- SHA-256 of the URL
    url        text      NOT NULL,
    source     text      NOT NULL,
    reporter   text      NOT NULL,
    secret     text      NOT NULL, -- what it was: current, previous or ended
    outcome    text      NOT NULL,
    first_at   timestamp NOT NULL,
    last_at    timestamp NOT NULL,
    times      integer   NOT NULL,
    PRIMARY KEY (token_id, generation, place)
);

-- Who has tried a decoy, folded by hour and address.
CREATE TABLE decoy_uses (
    token_id text      NOT NULL REFERENCES tokens (id),
    hour     timestamp NOT NULL,
    address  text      NOT NULL,
    caller   text      NOT NULL,
    method   text      NOT NULL,
    path     text      NOT NULL,
    scopes   text      NOT NULL,
    first_at timestamp NOT NULL,
    last_at  timestamp NOT NULL,
    times    integer   NOT NULL,
    PRIMARY KEY (token_id, hour, address)
);

-- Where the front of the audit chain was cut off, as its age allowed. The
-- signature is by the key that signs batches.
CREATE TABLE audit_cuts (
    number     integer   PRIMARY KEY, -- of the last batch that was removed
    last_seq   integer   NOT NULL,
    hash       blob      NOT NULL,
    cut_at     timestamp NOT NULL,
    key_number integer   NOT NULL,
    signature  blob      NOT NULL
);

-- +goose Down
DROP TABLE audit_cuts;
DROP TABLE decoy_uses;
DROP TABLE leaks;
DROP TABLE leak_reports;
ALTER TABLE tokens DROP COLUMN decoy;
ALTER TABLE tokens DROP COLUMN leaked_at;
