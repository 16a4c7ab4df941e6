package service

import (
	"context"
	"strconv"
	"strings"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// withLeak tells where a secret was found, and what was done about it.
func withLeak(ctx context.Context, tx *repository.Store, entry *model.AuditEntry) (map[string]any, error) {
	data, err := ofToken("url", "source", "reported_by", "secret", "outcome")(ctx, tx, entry)
	if err != nil {
		return nil, err
	}
	delete(data, "actor") // the reporter is known by an address alone
	return data, nil
}

// withDecoyUse tells all that is known of who has tried a decoy.
func withDecoyUse(ctx context.Context, tx *repository.Store, entry *model.AuditEntry) (map[string]any, error) {
	data, err := ofToken("address", "caller", "method", "path")(ctx, tx, entry)
	if err != nil {
		return nil, err
	}
	delete(data, "actor")
	times, err := strconv.Atoi(entry.Details["times"])
	data["scopes"], data["times"] = append([]string{}, strings.Fields(entry.Details["scopes"])...), times
	return data, err
}
