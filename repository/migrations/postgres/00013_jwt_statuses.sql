-- +goose Up

-- Where JWTs stand in the status lists: one place for all that are issued for a
-- secret while the rights of its token stay as they are. Whether the place is
-- marked follows from the token.
CREATE TABLE jwt_statuses (
    list         integer     NOT NULL,
    place        integer     NOT NULL,
    token_id     text        COLLATE "C" NOT NULL,
    generation   integer     NOT NULL,
    rights_epoch integer     NOT NULL,
    kept_until   timestamptz NOT NULL,
    CONSTRAINT jwt_statuses_pkey PRIMARY KEY (list, place),
    CONSTRAINT jwt_statuses_state_key UNIQUE (token_id, generation, rights_epoch)
);
CREATE INDEX jwt_statuses_kept_until_idx ON jwt_statuses (kept_until);

-- +goose Down
DROP TABLE jwt_statuses;
