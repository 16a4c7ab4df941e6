-- +goose Up

-- Answers about each token, counted by hour; hours become days after a week,
-- days become months after three, and months go after thirteen. The last_…
-- columns tell of the last one counted in the row.
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
CREATE INDEX token_usage_start_idx ON token_usage (resolution, start);

-- The same answers by scope and by caller. An empty name is all that were too
-- many to be told apart.
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
CREATE INDEX token_usage_parts_start_idx ON token_usage_parts (resolution, start);

-- The last batch that each process has written, so that none counts twice.
CREATE TABLE usage_writers (
    id          text        COLLATE "C" PRIMARY KEY,
    batch       bigint      NOT NULL,
    at          timestamptz NOT NULL
);

-- +goose Down
DROP TABLE usage_writers, token_usage_parts, token_usage;
