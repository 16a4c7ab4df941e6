-- +goose Up

-- Times are whole microseconds since 1970 in UTC; lists are texts in the form of
-- PostgreSQL's arrays.

-- Peppers and other keys, sealed by the root key.
CREATE TABLE keys (
    kind            text      NOT NULL,
    number          integer   NOT NULL,
    sealed          blob      NOT NULL,
    public          blob,
    created_at      timestamp NOT NULL,
    retired_at      timestamp,
    CONSTRAINT keys_pkey PRIMARY KEY (kind, number)
);

-- Every change of what nodes cache takes the next number, in commit order.
CREATE TABLE change_sequence (
    one             boolean   PRIMARY KEY DEFAULT 1 CHECK (one),
    value           integer   NOT NULL
);
INSERT INTO change_sequence (value) VALUES (0);

CREATE TABLE change_log (
    number          integer   PRIMARY KEY,
    kind            text      NOT NULL,
    object_id       text      NOT NULL,
    at              timestamp NOT NULL
);

-- One row for each running server: the length of its lease, and the last
-- change that it has applied.
CREATE TABLE nodes (
    id              text      PRIMARY KEY,
    name            text      NOT NULL,
    version         text      NOT NULL,
    lease_ms        integer   NOT NULL,
    applied         integer   NOT NULL,
    renewals        integer   NOT NULL,
    started_at      timestamp NOT NULL,
    renewed_at      timestamp NOT NULL
);

CREATE TABLE catalogs (
    account_type    text      PRIMARY KEY,
    document        text      NOT NULL,
    revision        integer   NOT NULL,
    updated_at      timestamp NOT NULL
);

CREATE TABLE accounts (
    id              text      CONSTRAINT accounts_pkey PRIMARY KEY,
    type            text      NOT NULL,
    name            text      NOT NULL,
    name_folded     text      NOT NULL,
    external_id     text,
    state           text      NOT NULL,
    policy          text      NOT NULL,
    created_at      timestamp NOT NULL,
    updated_at      timestamp NOT NULL,
    CONSTRAINT accounts_external_id_key UNIQUE (external_id)
);
CREATE INDEX accounts_created_at_idx ON accounts (created_at, id);
-- There is one operator account.
CREATE UNIQUE INDEX accounts_operator_key ON accounts (type) WHERE type = 'operator';

CREATE TABLE members (
    id              text      PRIMARY KEY,
    account_id      text      NOT NULL REFERENCES accounts (id),
    name            text      NOT NULL,
    name_folded     text      NOT NULL,
    email           text      NOT NULL,
    email_folded    text      NOT NULL,
    role            text      NOT NULL,
    state           text      NOT NULL,
    language        text      NOT NULL,
    external_id     text,
    operator        boolean   NOT NULL,
    created_at      timestamp NOT NULL,
    updated_at      timestamp NOT NULL
);
CREATE INDEX members_account_created_at_idx ON members (account_id, created_at, id);
CREATE UNIQUE INDEX members_account_external_id_key ON members (account_id, external_id);
CREATE UNIQUE INDEX members_account_email_key ON members (account_id, email_folded) WHERE state = 'active';

CREATE TABLE tokens (
    id              text      CONSTRAINT tokens_pkey PRIMARY KEY,
    account_id      text      NOT NULL,
    name            text      NOT NULL,
    name_folded     text      NOT NULL,
    description     text      NOT NULL,
    version         text      NOT NULL,
    scopes          text      NOT NULL,
    primary_contact text      NOT NULL,
    developers      text      NOT NULL,
    allowed_cidrs   text      NOT NULL,
    metadata        text      NOT NULL,
    claims          text      NOT NULL,
    digest          blob      NOT NULL,
    pepper          integer   NOT NULL,
    hint            text      NOT NULL,
    generation      integer   NOT NULL,
    rights_epoch    integer   NOT NULL,
    revision        integer   NOT NULL,
    created_at      timestamp NOT NULL,
    created_by      text      NOT NULL,
    updated_at      timestamp NOT NULL,
    expires_at      timestamp,
    disabled_at     timestamp,
    revoked_at      timestamp,
    revoke_reason   text      NOT NULL,
    deleted_at      timestamp,
    last_used_at    timestamp,
    CONSTRAINT tokens_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id)
);
-- A name is free again once its token is revoked.
CREATE UNIQUE INDEX tokens_account_name_key ON tokens (account_id, name) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX tokens_digest_key ON tokens (digest);
-- The orders that lists can have, each with what it can be filtered by without a
-- look at the tokens.
CREATE INDEX tokens_created_at_idx ON tokens (
    account_id, created_at, id,
    coalesce(last_used_at, -62135596800000000), coalesce(expires_at, 253402300799000000),
    (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END), version
) WHERE deleted_at IS NULL;
CREATE INDEX tokens_name_idx ON tokens (
    account_id, name_folded, id,
    created_at, coalesce(last_used_at, -62135596800000000), coalesce(expires_at, 253402300799000000),
    (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END), version
) WHERE deleted_at IS NULL;
CREATE INDEX tokens_last_used_at_idx ON tokens (
    account_id, coalesce(last_used_at, -62135596800000000), id,
    created_at, coalesce(expires_at, 253402300799000000),
    (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END), version
) WHERE deleted_at IS NULL;
CREATE INDEX tokens_expires_at_idx ON tokens (
    account_id, coalesce(expires_at, 253402300799000000), id,
    created_at, coalesce(last_used_at, -62135596800000000),
    (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END), version
) WHERE deleted_at IS NULL;
-- The filters that can be rare.
CREATE INDEX tokens_state_idx ON tokens (
    account_id, (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END), created_at, id
) WHERE deleted_at IS NULL;
CREATE INDEX tokens_version_idx ON tokens (account_id, version, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tokens_contact_idx ON tokens (account_id, primary_contact, created_at, id) WHERE deleted_at IS NULL;
-- Secrets that still need a pepper.
CREATE INDEX tokens_pepper_idx ON tokens (pepper) WHERE revoked_at IS NULL;

CREATE TABLE previous_secrets (
    token_id        text      NOT NULL REFERENCES tokens (id),
    generation      integer   NOT NULL,
    digest          blob      NOT NULL,
    pepper          integer   NOT NULL,
    hint            text      NOT NULL,
    expires_at      timestamp NOT NULL,
    PRIMARY KEY (token_id, generation)
);
CREATE UNIQUE INDEX previous_secrets_digest_key ON previous_secrets (digest);
CREATE INDEX previous_secrets_expires_at_idx ON previous_secrets (expires_at);

-- Answers kept for calls that may be repeated, sealed so that neither the
-- database nor the header's value alone opens them.
CREATE TABLE idempotent_answers (
    key             blob      CONSTRAINT idempotent_answers_pkey PRIMARY KEY,
    fingerprint     blob      NOT NULL,
    sealed          blob      NOT NULL,
    expires_at      timestamp NOT NULL
);
CREATE INDEX idempotent_answers_expires_at_idx ON idempotent_answers (expires_at);

CREATE TABLE audit_entries (
    id              text      PRIMARY KEY,
    seq         integer,
    at              timestamp NOT NULL,
    action          text      NOT NULL,
    account_id      text      NOT NULL,
    token_id        text      NOT NULL,
    object_kind     text      NOT NULL,
    object_id       text      NOT NULL,
    actor_kind      text      NOT NULL,
    actor_id        text      NOT NULL,
    actor_name      text      NOT NULL,
    request_id      text      NOT NULL,
    ip              text      NOT NULL,
    changes         text      NOT NULL,
    details         text      NOT NULL
);
CREATE UNIQUE INDEX audit_entries_seq_key ON audit_entries (seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_entries_unsealed_idx ON audit_entries (id) WHERE seq IS NULL;
CREATE INDEX audit_entries_at_idx ON audit_entries (at, id);
CREATE INDEX audit_entries_account_idx ON audit_entries (account_id, at, id);
CREATE INDEX audit_entries_token_idx ON audit_entries (token_id, at, id) WHERE token_id <> '';

CREATE TABLE audit_batches (
    number          integer   PRIMARY KEY,
    first_seq       integer   NOT NULL,
    last_seq        integer   NOT NULL,
    prev_hash       blob      NOT NULL,
    entry_hashes blob      NOT NULL,
    hash            blob      NOT NULL,
    signature       blob      NOT NULL,
    key_number      integer   NOT NULL,
    sealed_at       timestamp NOT NULL
);

-- +goose Down
DROP TABLE audit_batches;
DROP TABLE audit_entries;
DROP TABLE idempotent_answers;
DROP TABLE previous_secrets;
DROP TABLE tokens;
DROP TABLE members;
DROP TABLE accounts;
DROP TABLE catalogs;
DROP TABLE nodes;
DROP TABLE change_log;
DROP TABLE change_sequence;
DROP TABLE keys;

