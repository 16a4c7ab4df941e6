-- +goose Up

-- A version from before this migration does not run beside or after it: it writes
-- tokens.last_used_at and token_usage_parts. None was released.

-- One row tells all that is counted of a token in an hour, a day or a month with an
-- outcome, and has one entry in one index. Rows of the same hour stand together in
-- it, so that counting writes to the same few pages, however many tokens there are.
ALTER TABLE token_usage RENAME TO token_usage_before;
ALTER TABLE token_usage_before RENAME CONSTRAINT token_usage_pkey TO token_usage_before_pkey;
CREATE TABLE token_usage (
    resolution  text        COLLATE "C" NOT NULL,
    start       timestamptz NOT NULL,
    token_id    text        COLLATE "C" NOT NULL,
    code        text        COLLATE "C" NOT NULL,
    previous    boolean     NOT NULL,
    n           bigint      NOT NULL,
    last_at     timestamptz NOT NULL,
    last_ip     text        NOT NULL,
    last_caller text        NOT NULL,
    scopes      jsonb       NOT NULL, -- counts by scope; "" is all that were too many to be told apart
    callers     jsonb       NOT NULL, -- counts by caller
    CONSTRAINT token_usage_pkey PRIMARY KEY (resolution, start, token_id, code, previous)
) WITH (fillfactor = 80);
INSERT INTO token_usage
SELECT resolution, start, token_id, code, previous, n, last_at, last_ip, last_caller,
    coalesce((SELECT jsonb_object_agg(p.name, p.n) FROM token_usage_parts AS p WHERE p.part = 'scope'
        AND (p.token_id, p.resolution, p.start, p.code, p.previous) = (u.token_id, u.resolution, u.start, u.code, u.previous)), '{}'),
    coalesce((SELECT jsonb_object_agg(p.name, p.n) FROM token_usage_parts AS p WHERE p.part = 'caller'
        AND (p.token_id, p.resolution, p.start, p.code, p.previous) = (u.token_id, u.resolution, u.start, u.code, u.previous)), '{}')
FROM token_usage_before AS u;
DROP TABLE token_usage_before, token_usage_parts;

-- When tokens were last used, apart from the tokens: to change a token writes to a
-- dozen indexes, one of which is of the parts of its name. Here it is two. The
-- other columns are the token's, for lists in the order of the last use.
CREATE TABLE token_last_uses (
    token_id   text        COLLATE "C" NOT NULL,
    account_id text        COLLATE "C" NOT NULL,
    at         timestamptz NOT NULL, -- the year 1 for never
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL, -- the year 9999 for never
    state      integer     NOT NULL, -- 2 revoked, 1 disabled
    version    text        NOT NULL,
    deleted    boolean     NOT NULL
) WITH (fillfactor = 90);
INSERT INTO token_last_uses
SELECT id, account_id, coalesce(last_used_at, timestamptz '0001-01-01 00:00:00+00'), created_at,
    coalesce(expires_at, timestamptz '9999-12-31 23:59:59+00'),
    CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END, version, deleted_at IS NOT NULL
FROM tokens ORDER BY id;
ALTER TABLE token_last_uses ADD CONSTRAINT token_last_uses_pkey PRIMARY KEY (token_id);
CREATE INDEX token_last_uses_at_idx ON token_last_uses (account_id, at, token_id, created_at, expires_at, state, version) WHERE NOT deleted;

-- +goose StatementBegin
CREATE FUNCTION token_last_uses_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO token_last_uses VALUES (
        NEW.id, NEW.account_id, timestamptz '0001-01-01 00:00:00+00', NEW.created_at,
        coalesce(NEW.expires_at, timestamptz '9999-12-31 23:59:59+00'),
        CASE WHEN NEW.revoked_at IS NOT NULL THEN 2 WHEN NEW.disabled_at IS NOT NULL THEN 1 ELSE 0 END, NEW.version, NEW.deleted_at IS NOT NULL
    ) ON CONFLICT (token_id) DO UPDATE SET
        expires_at = excluded.expires_at, state = excluded.state, version = excluded.version, deleted = excluded.deleted;
    RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER token_last_uses_begin AFTER INSERT ON tokens
    FOR EACH ROW EXECUTE FUNCTION token_last_uses_follow();
CREATE TRIGGER token_last_uses_follow AFTER UPDATE OF expires_at, disabled_at, revoked_at, version, deleted_at ON tokens FOR EACH ROW
    WHEN ((OLD.expires_at, OLD.disabled_at, OLD.revoked_at, OLD.version, OLD.deleted_at)
        IS DISTINCT FROM (NEW.expires_at, NEW.disabled_at, NEW.revoked_at, NEW.version, NEW.deleted_at))
    EXECUTE FUNCTION token_last_uses_follow();

DROP STATISTICS tokens_expressions;
DROP INDEX tokens_created_at_idx, tokens_name_idx, tokens_last_used_at_idx, tokens_expires_at_idx;
ALTER TABLE tokens DROP COLUMN last_used_at;
CREATE INDEX tokens_created_at_idx ON tokens (
    account_id, created_at, id, coalesce(expires_at, timestamptz '9999-12-31 23:59:59+00'),
    (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END), version
) WHERE deleted_at IS NULL;
CREATE INDEX tokens_name_idx ON tokens (
    account_id, name_folded, id, created_at, coalesce(expires_at, timestamptz '9999-12-31 23:59:59+00'),
    (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END), version
) WHERE deleted_at IS NULL;
CREATE INDEX tokens_expires_at_idx ON tokens (
    account_id, coalesce(expires_at, timestamptz '9999-12-31 23:59:59+00'), id, created_at,
    (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END), version
) WHERE deleted_at IS NULL;
CREATE STATISTICS tokens_expressions (mcv) ON
    coalesce(expires_at, timestamptz '9999-12-31 23:59:59+00'),
    (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END)
FROM tokens;

-- +goose Down
ALTER TABLE token_usage RENAME TO token_usage_after;
ALTER TABLE token_usage_after RENAME CONSTRAINT token_usage_pkey TO token_usage_after_pkey;
CREATE TABLE token_usage (
    token_id    text        COLLATE "C" NOT NULL,
    resolution  text        COLLATE "C" NOT NULL,
    start       timestamptz NOT NULL,
    code        text        COLLATE "C" NOT NULL,
    previous    boolean     NOT NULL,
    n           bigint      NOT NULL,
    last_at     timestamptz NOT NULL,
    last_ip     text        NOT NULL,
    last_caller text        NOT NULL,
    CONSTRAINT token_usage_pkey PRIMARY KEY (token_id, resolution, start, code, previous)
) WITH (fillfactor = 80);
CREATE TABLE token_usage_parts (
    token_id    text        COLLATE "C" NOT NULL,
    resolution  text        COLLATE "C" NOT NULL,
    start       timestamptz NOT NULL,
    code        text        COLLATE "C" NOT NULL,
    previous    boolean     NOT NULL,
    part        text        COLLATE "C" NOT NULL,
    name        text        COLLATE "C" NOT NULL,
    n           bigint      NOT NULL,
    CONSTRAINT token_usage_parts_pkey PRIMARY KEY (token_id, resolution, start, code, previous, part, name)
) WITH (fillfactor = 80);
INSERT INTO token_usage SELECT token_id, resolution, start, code, previous, n, last_at, last_ip, last_caller FROM token_usage_after;
INSERT INTO token_usage_parts SELECT token_id, resolution, start, code, previous, 'scope', key, value::bigint
FROM token_usage_after, jsonb_each_text(scopes);
INSERT INTO token_usage_parts SELECT token_id, resolution, start, code, previous, 'caller', key, value::bigint
FROM token_usage_after, jsonb_each_text(callers);
CREATE INDEX token_usage_start_idx ON token_usage (resolution, start);
CREATE INDEX token_usage_parts_start_idx ON token_usage_parts (resolution, start);
DROP TABLE token_usage_after;

DROP STATISTICS tokens_expressions;
DROP TRIGGER token_last_uses_follow ON tokens;
DROP TRIGGER token_last_uses_begin ON tokens;
DROP FUNCTION token_last_uses_follow;
DROP INDEX tokens_created_at_idx, tokens_name_idx, tokens_expires_at_idx;
ALTER TABLE tokens ADD COLUMN last_used_at timestamptz;
UPDATE tokens SET last_used_at = u.at FROM token_last_uses AS u WHERE u.token_id = tokens.id AND u.at > timestamptz '0001-01-01 00:00:00+00';
DROP TABLE token_last_uses;
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
CREATE STATISTICS tokens_expressions (mcv) ON
    coalesce(last_used_at, timestamptz '0001-01-01 00:00:00+00'), coalesce(expires_at, timestamptz '9999-12-31 23:59:59+00'),
    (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN disabled_at IS NOT NULL THEN 1 ELSE 0 END)
FROM tokens;
