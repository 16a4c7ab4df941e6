-- +goose Up

-- Who is to be told of which event by mail. mail_id is empty until a notice is
-- put into a mail; several in one mail have the same.
CREATE TABLE notices (
    id           text        COLLATE "C" PRIMARY KEY,
    event_id     text        COLLATE "C" NOT NULL,
    type         text        COLLATE "C" NOT NULL,
    account_id   text        COLLATE "C" NOT NULL,
    token_id     text        COLLATE "C" NOT NULL,
    email        text        NOT NULL,
    email_folded text        NOT NULL,
    member_id    text        COLLATE "C" NOT NULL,
    name         text        NOT NULL,
    role         text        NOT NULL,
    language     text        NOT NULL,
    state        text        NOT NULL,
    reason       text        NOT NULL,
    attempts     integer     NOT NULL,
    mail_id      text        COLLATE "C" NOT NULL,
    created_at   timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    mailed_at    timestamptz,
    settled_at   timestamptz,
    CONSTRAINT notices_event_reader_key UNIQUE (event_id, email_folded)
);
CREATE INDEX notices_due_idx ON notices (due_at) WHERE state = 'waiting' AND mail_id = '';
CREATE INDEX notices_waiting_idx ON notices (created_at) WHERE state = 'waiting';
CREATE INDEX notices_reader_idx ON notices (account_id, email_folded, mailed_at);
CREATE INDEX notices_mail_idx ON notices (mail_id) WHERE mail_id <> '';
CREATE INDEX notices_account_idx ON notices (account_id, created_at, id);
CREATE INDEX notices_created_at_idx ON notices (created_at, id);
CREATE INDEX notices_token_idx ON notices (token_id, created_at, id) WHERE token_id <> '';

-- Addresses that want no mail about the tokens of an account.
CREATE TABLE unsubscribed (
    account_id   text        COLLATE "C" NOT NULL,
    email_folded text        NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (account_id, email_folded)
);

-- +goose Down
DROP TABLE unsubscribed, notices;
