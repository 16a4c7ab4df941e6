-- +goose Up

-- A signing key is sealed, and its public half follows from it. The copy in the
-- clear was never read, and whoever writes to the database could have put another
-- there. No release has written it; of what came before the first, a server that
-- still runs can do everything but make a key.
ALTER TABLE keys DROP COLUMN public;

-- +goose Down
ALTER TABLE keys ADD COLUMN public bytea;
