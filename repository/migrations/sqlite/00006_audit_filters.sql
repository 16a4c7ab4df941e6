-- +goose Up

-- What the audit log is asked for and can be rare: an actor, an action, and
-- what it was done to, unless that is a token, which has an index already.
CREATE INDEX audit_entries_actor_idx ON audit_entries (actor_kind, actor_id, at, id);
CREATE INDEX audit_entries_action_idx ON audit_entries (action, at, id);
CREATE INDEX audit_entries_object_idx ON audit_entries (object_kind, object_id, at, id) WHERE object_kind <> 'token';

-- +goose Down
DROP INDEX audit_entries_object_idx;
DROP INDEX audit_entries_action_idx;
DROP INDEX audit_entries_actor_idx;
