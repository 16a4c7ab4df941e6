-- +goose Up

-- People who are signed in to the console. The id in their cookie is not kept,
-- only its SHA-256. An operator whom the identity provider alone knows is no
-- member.
CREATE TABLE sessions (
    digest       blob      PRIMARY KEY,
    account_id   text,
    member_id    text      REFERENCES members (id),
    operator     boolean   NOT NULL,
    subject      text      NOT NULL,
    name         text      NOT NULL,
    created_at   timestamp NOT NULL,
    last_seen_at timestamp NOT NULL,
    expires_at   timestamp NOT NULL
);
CREATE INDEX sessions_member_idx ON sessions (member_id);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

-- One-time links. Using one removes it.
CREATE TABLE sign_in_links (
    digest     blob      PRIMARY KEY,
    account_id text      NOT NULL,
    member_id  text      NOT NULL REFERENCES members (id),
    expires_at timestamp NOT NULL
);
CREATE INDEX sign_in_links_member_idx ON sign_in_links (member_id);

-- +goose Down
DROP TABLE sign_in_links;
DROP TABLE sessions;
