-- +goose Up

-- What the audit log is asked for and can be rare: an actor, an action, and
-- what it was done to, unless that is a token, which has an index already.
-- Actions are also searched by their beginning, in any collation.
CREATE INDEX audit_entries_actor_idx ON audit_entries (actor_kind, actor_id, at, id);
CREATE INDEX audit_entries_action_idx ON audit_entries (action text_pattern_ops, at, id);
CREATE INDEX audit_entries_object_idx ON audit_entries (object_kind, object_id, at, id) WHERE object_kind <> 'token';

-- Accounts are searched by any part of their names.
CREATE INDEX accounts_search_idx ON accounts USING gin (name_folded gin_trgm_ops);

-- +goose Down
DROP INDEX accounts_search_idx;
DROP INDEX audit_entries_object_idx;
DROP INDEX audit_entries_action_idx;
DROP INDEX audit_entries_actor_idx;
