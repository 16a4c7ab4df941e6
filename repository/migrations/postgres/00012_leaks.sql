-- +goose Up

-- When the current secret was first reported as leaked; until it is rotated, the
-- token cannot be enabled.
ALTER TABLE tokens ADD COLUMN leaked_at timestamptz;
-- A decoy is never accepted, and raises the alarm.
ALTER TABLE tokens ADD COLUMN decoy boolean NOT NULL DEFAULT false;

-- Reports that were taken and are still to be looked into. What was found is
-- sealed by the root key, and there as a SHA-256 only.
CREATE TABLE leak_reports (
    id       text        COLLATE "C" PRIMARY KEY,
    at       timestamptz NOT NULL,
    due_at   timestamptz NOT NULL, -- when a node may take it up; later while one is at it
    source   text        NOT NULL,
    reporter text        NOT NULL, -- the address
    sealed   bytea       NOT NULL
);
CREATE INDEX leak_reports_due_at_idx ON leak_reports (due_at);

-- Each secret and place once.
CREATE TABLE leaks (
    token_id   text        COLLATE "C" NOT NULL REFERENCES tokens (id),
    generation integer     NOT NULL,
    place      bytea       NOT NULL, -- SHA-256 of the URL
    url        text        NOT NULL,
    source     text        NOT NULL,
    reporter   text        NOT NULL,
    secret     text        NOT NULL, -- what it was: current, previous or ended
    outcome    text        NOT NULL,
    first_at   timestamptz NOT NULL,
    last_at    timestamptz NOT NULL,
    times      bigint      NOT NULL,
    PRIMARY KEY (token_id, generation, place)
);

-- Who has tried a decoy, folded by hour and address.
CREATE TABLE decoy_uses (
    token_id text        COLLATE "C" NOT NULL REFERENCES tokens (id),
    hour     timestamptz NOT NULL,
    address  text        COLLATE "C" NOT NULL,
    caller   text        NOT NULL,
    method   text        NOT NULL,
    path     text        NOT NULL,
    scopes   text[]      NOT NULL,
    first_at timestamptz NOT NULL,
    last_at  timestamptz NOT NULL,
    times    bigint      NOT NULL,
    PRIMARY KEY (token_id, hour, address)
);

-- Where the front of the audit chain was cut off, as its age allowed. The
-- signature is by the key that signs batches.
CREATE TABLE audit_cuts (
    number     bigint      PRIMARY KEY, -- of the last batch that was removed
    last_seq   bigint      NOT NULL,
    hash       bytea       NOT NULL,
    cut_at     timestamptz NOT NULL,
    key_number integer     NOT NULL,
    signature  bytea       NOT NULL
);

-- +goose Down
DROP TABLE audit_cuts, decoy_uses, leaks, leak_reports;
ALTER TABLE tokens DROP COLUMN decoy;
ALTER TABLE tokens DROP COLUMN leaked_at;
