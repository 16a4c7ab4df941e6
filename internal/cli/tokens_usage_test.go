package cli_test

import (
	"testing"
	"time"

	"github.com/tokenry/tokenry/client"
)

func TestTokensUsage(t *testing.T) {
	t.Parallel()
	id := goodSecret[4:26]
	day, at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 23, 10, 20, 30, 0, time.UTC)
	gateway, address, scope := "0NcLbQhmTx3DrDJTdQ8f1M", "203.0.113.9", "actions.list_actions"
	full := client.TokenUsage{
		TokenID: id, Since: day, Until: at, Resolution: "hour", Total: 1250, LastUsedAt: &at, LastIP: &address, LastCaller: &gateway,
		Counts: []client.UsageCount{
			{Start: day, Resolution: "day", Code: "ok", Count: 1200},
			{Start: at.Truncate(time.Hour), Resolution: "hour", Code: "insufficient_scope", Count: 50},
		},
		Scopes:  []client.UsageScope{{Scope: &scope, Code: "ok", SecretState: "current", Count: 1100}, {Code: "ok", SecretState: "current", Count: 7}},
		Callers: []client.UsageCaller{{Caller: &gateway, Code: "ok", SecretState: "previous", Count: 3}},
		Secrets: []client.UsageSecret{{SecretState: "previous", Code: "ok", Count: 3, LastAt: at, LastCaller: &gateway}},
	}
	environ := fake(t, func(call int) any {
		if call == 0 {
			return full
		}
		return client.TokenUsage{TokenID: id, Since: day, Until: at, Resolution: "day"}
	})
	golden(t, "usage", run(t.Context(), "", environ, "tokens", "usage", id, "--since", "2026-11-22", "--by", "hour").want(t, 0).stdout)
	run(t.Context(), "", environ, "tokens", "usage", id).want(t, 0, "not in 13 months", "2026-11-22T00:00:00Z  0")
	if got := decode[client.TokenUsage](t, run(t.Context(), "", environ, "tokens", "usage", id, "--json").want(t, 0).stdout); got.TokenID != id {
		t.Errorf("as JSON: %+v", got)
	}
	run(t.Context(), "", environ, "tokens", "usage", id, "--by", "week").want(t, 2, "hour")
}
