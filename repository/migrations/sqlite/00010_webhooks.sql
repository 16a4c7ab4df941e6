-- +goose Up

-- Where events are sent. The secrets are sealed.
CREATE TABLE webhooks (
    id                  text PRIMARY KEY,
    account_id          text NOT NULL REFERENCES accounts (id),
    url                 text NOT NULL,
    description         text NOT NULL,
    events              text NOT NULL,
    secret              blob NOT NULL,
    previous_secret     blob,
    previous_expires_at timestamp,
    revision            integer NOT NULL,
    disabled_at         timestamp,
    disabled_reason     text NOT NULL,
    failing_since       timestamp,
    created_at          timestamp NOT NULL,
    updated_at          timestamp NOT NULL
);
CREATE INDEX webhooks_account_idx ON webhooks (account_id, created_at, id);

-- Events on their way, and for a while those that have arrived or not.
CREATE TABLE webhook_deliveries (
    id              text PRIMARY KEY,
    webhook_id      text NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event_id        text NOT NULL,
    type            text NOT NULL,
    body            text NOT NULL,
    state           text NOT NULL,
    attempts        integer NOT NULL,
    tries           integer NOT NULL,
    round           integer NOT NULL,
    created_at      timestamp NOT NULL,
    next_attempt_at timestamp,
    finished_at     timestamp,
    last_attempt_at timestamp,
    outcome         text NOT NULL,
    status          integer NOT NULL
);
CREATE UNIQUE INDEX webhook_deliveries_event_key ON webhook_deliveries (webhook_id, event_id);
CREATE INDEX webhook_deliveries_webhook_idx ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_finished_at_idx ON webhook_deliveries (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE webhook_attempts (
    delivery_id      text NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    number           integer NOT NULL,
    at               timestamp NOT NULL,
    duration_ms      integer NOT NULL,
    outcome          text NOT NULL,
    message          text NOT NULL,
    status           integer NOT NULL,
    url              text NOT NULL,
    request_headers  text NOT NULL,
    response_headers text NOT NULL,
    response_body    text NOT NULL,
    CONSTRAINT webhook_attempts_pkey PRIMARY KEY (delivery_id, number)
);

-- +goose Down
DROP TABLE webhook_attempts;
DROP TABLE webhook_deliveries;
DROP TABLE webhooks;
