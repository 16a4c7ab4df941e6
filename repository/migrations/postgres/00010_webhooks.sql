-- +goose Up

-- Where events are sent. The secrets are sealed.
CREATE TABLE webhooks (
    id                  text        COLLATE "C" PRIMARY KEY,
    account_id          text        COLLATE "C" NOT NULL REFERENCES accounts (id),
    url                 text        NOT NULL,
    description         text        NOT NULL,
    events              text[]      NOT NULL,
    secret              bytea       NOT NULL,
    previous_secret     bytea,
    previous_expires_at timestamptz,
    revision            integer     NOT NULL,
    disabled_at         timestamptz,
    disabled_reason     text        NOT NULL,
    failing_since       timestamptz,
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL
);
CREATE INDEX webhooks_account_idx ON webhooks (account_id, created_at, id);

-- Events on their way, and for a while those that have arrived or not.
CREATE TABLE webhook_deliveries (
    id              text        COLLATE "C" PRIMARY KEY,
    webhook_id      text        COLLATE "C" NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event_id        text        COLLATE "C" NOT NULL,
    type            text        COLLATE "C" NOT NULL,
    body            text        NOT NULL,
    state           text        COLLATE "C" NOT NULL,
    attempts        integer     NOT NULL,
    tries           integer     NOT NULL,
    round           integer     NOT NULL,
    created_at      timestamptz NOT NULL,
    next_attempt_at timestamptz,
    finished_at     timestamptz,
    last_attempt_at timestamptz,
    outcome         text        NOT NULL,
    status          integer     NOT NULL
);
CREATE UNIQUE INDEX webhook_deliveries_event_key ON webhook_deliveries (webhook_id, event_id);
CREATE INDEX webhook_deliveries_webhook_idx ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_finished_at_idx ON webhook_deliveries (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE webhook_attempts (
    delivery_id      text        COLLATE "C" NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    number           integer     NOT NULL,
    at               timestamptz NOT NULL,
    duration_ms      bigint      NOT NULL,
    outcome          text        NOT NULL,
    message          text        NOT NULL,
    status           integer     NOT NULL,
    url              text        NOT NULL,
    request_headers  text        NOT NULL,
    response_headers text        NOT NULL,
    response_body    text        NOT NULL,
    CONSTRAINT webhook_attempts_pkey PRIMARY KEY (delivery_id, number)
);

-- +goose Down
DROP TABLE webhook_attempts, webhook_deliveries, webhooks;
