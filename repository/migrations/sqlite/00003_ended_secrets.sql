-- +goose Up

-- A replaced secret that was ended by somebody is refused whatever the clock of
-- the node says; expires_at alone is a moment.
ALTER TABLE previous_secrets ADD COLUMN ended_at timestamp;

-- +goose Down
ALTER TABLE previous_secrets DROP COLUMN ended_at;
