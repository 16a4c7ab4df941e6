-- +goose Up

-- Names are searched by any part of them.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Peppers and other keys, sealed by the root key.
CREATE TABLE keys (
    kind       text        NOT NULL,
    number     integer     NOT NULL,
    sealed     bytea       NOT NULL,
    public     bytea,
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    CONSTRAINT keys_pkey PRIMARY KEY (kind, number)
);

-- Every change of what nodes cache takes the next number, in commit order.
CREATE TABLE change_sequence (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    value bigint  NOT NULL
);
INSERT INTO change_sequence (value) VALUES (0);

CREATE TABLE change_log (
    number    bigint      PRIMARY KEY,
    kind      text        NOT NULL,
    object_id text        COLLATE "C" NOT NULL,
    at        timestamptz NOT NULL
);

-- One row for each running server: the length of its lease, and the last
-- change that it has applied.
CREATE TABLE nodes (
    id         text        COLLATE "C" PRIMARY KEY,
    name       text        NOT NULL,
    version    text        NOT NULL,
    lease_ms   bigint      NOT NULL,
    applied    bigint      NOT NULL,
    renewals   bigint      NOT NULL,
    started_at timestamptz NOT NULL,
    renewed_at timestamptz NOT NULL
);

CREATE TABLE catalogs (
    account_type text        PRIMARY KEY,
    document     text        NOT NULL,
    revision     bigint      NOT NULL,
    updated_at   timestamptz NOT NULL
);

CREATE TABLE accounts (
    id          text        COLLATE "C" CONSTRAINT accounts_pkey PRIMARY KEY,
    type        text        NOT NULL,
    name        text        NOT NULL,
    name_folded text        COLLATE "C" NOT NULL,
    external_id text,
    state       text        NOT NULL,
    policy      text        NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CONSTRAINT accounts_external_id_key UNIQUE (external_id)
);
CREATE INDEX accounts_created_at_idx ON accounts (created_at, id);
-- There is one operator account.
CREATE UNIQUE INDEX accounts_operator_key ON accounts (type) WHERE type = 'operator';

CREATE TABLE members (
    id           text        COLLATE "C" PRIMARY KEY,
    account_id   text        COLLATE "C" NOT NULL REFERENCES accounts (id),
    name         text        NOT NULL,
    name_folded  text        COLLATE "C" NOT NULL,
    email        text        NOT NULL,
    email_folded text        COLLATE "C" NOT NULL,
    role         text        NOT NULL,
    state        text        NOT NULL,
    language     text        NOT NULL,
    external_id  text,
    operator     boolean     NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);
CREATE INDEX members_account_created_at_idx ON members (account_id, created_at, id);
CREATE UNIQUE INDEX members_account_external_id_key ON members (account_id, external_id);
CREATE UNIQUE INDEX members_account_email_key ON members (account_id, email_folded) WHERE state = 'active';

CREATE TABLE tokens (
    id              text        COLLATE "C" CONSTRAINT tokens_pkey PRIMARY KEY,
    account_id      text        COLLATE "C" NOT NULL,
    name            text        NOT NULL,
    name_folded     text        COLLATE "C" NOT NULL,
    description     text        NOT NULL,
    version         text        NOT NULL,
    scopes          text[]      NOT NULL,
    primary_contact text        COLLATE "C" NOT NULL,
    developers      text[]      NOT NULL,
    allowed_cidrs   text[]      NOT NULL,
    metadata        text        NOT NULL,
    claims          text        NOT NULL,
    digest          bytea       NOT NULL,
    pepper          integer     NOT NULL,
    hint            text        NOT NULL,
    generation      integer     NOT NULL,
    rights_epoch    integer     NOT NULL,
    revision        integer     NOT NULL,
    created_at      timestamptz NOT NULL,
    created_by      text        NOT NULL,
    updated_at      timestamptz NOT NULL,
    expires_at      timestamptz,
    disabled_at     timestamptz,
    revoked_at      timestamptz,
    revoke_reason   text        NOT NULL,
    deleted_at      timestamptz,
    last_used_at    timestamptz,
    CONSTRAINT tokens_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id)
);
-- A name is free again once its token is revoked.
CREATE UNIQUE INDEX tokens_account_name_key ON tokens (account_id, name) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX tokens_digest_key ON tokens (digest);
-- The orders that lists can have, each with what it can be filtered by without a
-- look at the tokens.
CREATE INDEX tokens_created_at_idx ON tokens (
    account_id, created_at, id,
    coalesce(last_used_at, timestamptz '0001-01-01 00:00:00+00'), coalesce(expires_at, timestamptz '9999-12-31 23:59:59+00'),
    (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END), version
) WHERE deleted_at IS NULL;
CREATE INDEX tokens_name_idx ON tokens (
    account_id, name_folded, id,
    created_at, coalesce(last_used_at, timestamptz '0001-01-01 00:00:00+00'), coalesce(expires_at, timestamptz '9999-12-31 23:59:59+00'),
    (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END), version
) WHERE deleted_at IS NULL;
CREATE INDEX tokens_last_used_at_idx ON tokens (
    account_id, coalesce(last_used_at, timestamptz '0001-01-01 00:00:00+00'), id,
    created_at, coalesce(expires_at, timestamptz '9999-12-31 23:59:59+00'),
    (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END), version
) WHERE deleted_at IS NULL;
CREATE INDEX tokens_expires_at_idx ON tokens (
    account_id, coalesce(expires_at, timestamptz '9999-12-31 23:59:59+00'), id,
    created_at, coalesce(last_used_at, timestamptz '0001-01-01 00:00:00+00'),
    (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END), version
) WHERE deleted_at IS NULL;
-- The filters that can be rare.
CREATE INDEX tokens_state_idx ON tokens (
    account_id, (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END), created_at, id
) WHERE deleted_at IS NULL;
CREATE INDEX tokens_version_idx ON tokens (account_id, version, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tokens_contact_idx ON tokens (account_id, primary_contact, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tokens_search_idx ON tokens USING gin (name_folded gin_trgm_ops, scopes, developers);
-- The planner does not look at what such indexes know of their expressions.
CREATE STATISTICS tokens_expressions (mcv) ON
    coalesce(last_used_at, timestamptz '0001-01-01 00:00:00+00'), coalesce(expires_at, timestamptz '9999-12-31 23:59:59+00'),
    (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END)
FROM tokens;
-- Secrets that still need a pepper.
CREATE INDEX tokens_pepper_idx ON tokens (pepper) WHERE revoked_at IS NULL;

CREATE TABLE previous_secrets (
    token_id   text        COLLATE "C" NOT NULL REFERENCES tokens (id),
    generation integer     NOT NULL,
    digest     bytea       NOT NULL,
    pepper     integer     NOT NULL,
    hint       text        NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (token_id, generation)
);
CREATE UNIQUE INDEX previous_secrets_digest_key ON previous_secrets (digest);
CREATE INDEX previous_secrets_expires_at_idx ON previous_secrets (expires_at);

-- Answers kept for calls that may be repeated, sealed so that neither the
-- database nor the header's value alone opens them.
CREATE TABLE idempotent_answers (
    key         bytea       CONSTRAINT idempotent_answers_pkey PRIMARY KEY,
    fingerprint bytea       NOT NULL,
    sealed      bytea       NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX idempotent_answers_expires_at_idx ON idempotent_answers (expires_at);

CREATE TABLE audit_entries (
    id          text        COLLATE "C" PRIMARY KEY,
    seq         bigint,
    at          timestamptz NOT NULL,
    action      text        NOT NULL,
    account_id  text        COLLATE "C" NOT NULL,
    token_id    text        COLLATE "C" NOT NULL,
    object_kind text        NOT NULL,
    object_id   text        NOT NULL,
    actor_kind  text        NOT NULL,
    actor_id    text        NOT NULL,
    actor_name  text        NOT NULL,
    request_id  text        NOT NULL,
    ip          text        NOT NULL,
    changes     text        NOT NULL,
    details     text        NOT NULL
);
CREATE UNIQUE INDEX audit_entries_seq_key ON audit_entries (seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_entries_unsealed_idx ON audit_entries (id) WHERE seq IS NULL;
CREATE INDEX audit_entries_at_idx ON audit_entries (at, id);
CREATE INDEX audit_entries_account_idx ON audit_entries (account_id, at, id);
CREATE INDEX audit_entries_token_idx ON audit_entries (token_id, at, id) WHERE token_id <> '';

CREATE TABLE audit_batches (
    number     bigint      PRIMARY KEY,
    first_seq  bigint      NOT NULL,
    last_seq   bigint      NOT NULL,
    prev_hash  bytea       NOT NULL,
    entry_hashes bytea     NOT NULL,
    hash       bytea       NOT NULL,
    signature  bytea       NOT NULL,
    key_number integer     NOT NULL,
    sealed_at  timestamptz NOT NULL
);

-- +goose Down
DROP TABLE audit_batches, audit_entries, idempotent_answers, previous_secrets, tokens, members, accounts,
    catalogs, nodes, change_log, change_sequence, keys;
