-- +goose Up

-- A version from before this migration does not run after it: it writes
-- token_usage_parts. None was released.

-- One row tells all that is counted of a token in an hour, a day or a month with an
-- outcome, and has one entry in one index, in which rows of the same hour stand
-- together.
ALTER TABLE token_usage RENAME TO token_usage_before;
CREATE TABLE token_usage (
    resolution  text      NOT NULL,
    start       timestamp NOT NULL,
    token_id    text      NOT NULL,
    code        text      NOT NULL,
    previous    boolean   NOT NULL,
    n           integer   NOT NULL,
    last_at     timestamp NOT NULL,
    last_ip     text      NOT NULL,
    last_caller text      NOT NULL,
    scopes      text      NOT NULL, -- counts by scope, as JSON; "" is all that were too many to be told apart
    callers     text      NOT NULL, -- counts by caller
    CONSTRAINT token_usage_pkey PRIMARY KEY (resolution, start, token_id, code, previous)
);
INSERT INTO token_usage
SELECT resolution, start, token_id, code, previous, n, last_at, last_ip, last_caller,
    (SELECT json_group_object(p.name, p.n) FROM token_usage_parts AS p WHERE p.part = 'scope'
        AND (p.token_id, p.resolution, p.start, p.code, p.previous) = (u.token_id, u.resolution, u.start, u.code, u.previous)),
    (SELECT json_group_object(p.name, p.n) FROM token_usage_parts AS p WHERE p.part = 'caller'
        AND (p.token_id, p.resolution, p.start, p.code, p.previous) = (u.token_id, u.resolution, u.start, u.code, u.previous))
FROM token_usage_before AS u;
DROP TABLE token_usage_before;
DROP TABLE token_usage_parts;

-- +goose Down
ALTER TABLE token_usage RENAME TO token_usage_after;
CREATE TABLE token_usage (
    token_id    text      NOT NULL,
    resolution  text      NOT NULL,
    start       timestamp NOT NULL,
    code        text      NOT NULL,
    previous    boolean   NOT NULL,
    n           integer   NOT NULL,
    last_at     timestamp NOT NULL,
    last_ip     text      NOT NULL,
    last_caller text      NOT NULL,
    CONSTRAINT token_usage_pkey PRIMARY KEY (token_id, resolution, start, code, previous)
);
CREATE TABLE token_usage_parts (
    token_id    text      NOT NULL,
    resolution  text      NOT NULL,
    start       timestamp NOT NULL,
    code        text      NOT NULL,
    previous    boolean   NOT NULL,
    part        text      NOT NULL,
    name        text      NOT NULL,
    n           integer   NOT NULL,
    CONSTRAINT token_usage_parts_pkey PRIMARY KEY (token_id, resolution, start, code, previous, part, name)
);
INSERT INTO token_usage SELECT token_id, resolution, start, code, previous, n, last_at, last_ip, last_caller FROM token_usage_after;
INSERT INTO token_usage_parts SELECT token_id, resolution, start, code, previous, 'scope', p.key, p.value
FROM token_usage_after, json_each(scopes) AS p;
INSERT INTO token_usage_parts SELECT token_id, resolution, start, code, previous, 'caller', p.key, p.value
FROM token_usage_after, json_each(callers) AS p;
CREATE INDEX token_usage_start_idx ON token_usage (resolution, start);
CREATE INDEX token_usage_parts_start_idx ON token_usage_parts (resolution, start);
DROP TABLE token_usage_after;
