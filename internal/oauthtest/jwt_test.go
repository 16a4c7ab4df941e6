package oauthtest

import (
	"testing"
	"time"

	"github.com/tokenry/tokenry/client"
	"github.com/tokenry/tokenry/internal/testdb"
)

const resource = "https://api.example.com/"

// checked is what jwt.mjs found out.
type checked struct {
	JWT             string
	Payload         map[string]any
	ProtectedHeader map[string]any
	Validated       map[string]any
	Refused         map[string]string
	Marked          int
}

// TestJWTs has npm's oauth4webapi get a JWT and validate it as in RFC 9068, and
// jose check it by the key set and the status list.
func TestJWTs(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		s := start(t, db, "TOKENRY_JWT_RESOURCES="+resource)
		token := s.partners()
		about := map[string]any{
			"issuer": "http://" + s.address, "id": token.ID, "secret": token.Secret, "resource": resource, "scope": "jobs.list_jobs",
		}
		var got checked
		s.node("jwt.mjs", about, &got)
		if got.Payload["sub"] != token.ID || got.Payload["scope"] != "jobs.list_jobs" || got.Payload["account_id"] != partner ||
			got.ProtectedHeader["typ"] != "at+jwt" || got.Validated["client_id"] != token.ID || got.Marked != 0 {
			t.Errorf("found %+v", got)
		}
		for name, want := range map[string]string{
			"changed": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "audience": "ERR_JWT_CLAIM_VALIDATION_FAILED",
			"issuer": "ERR_JWT_CLAIM_VALIDATION_FAILED", "type": "ERR_JWT_CLAIM_VALIDATION_FAILED",
		} {
			if got.Refused[name] != want {
				t.Errorf("%s: refused with %q, want %s", name, got.Refused[name], want)
			}
		}
		_, err := s.client.RevokeToken(t.Context(), token.ID, client.RevokeTokenRequest{}, client.WithAccount(partner))
		must(t, err)
		about["given"] = got.JWT
		for end := time.Now().Add(30 * time.Second); got.Marked == 0; {
			if time.Now().After(end) {
				t.Fatal("a revoked token's JWT is not marked")
			}
			s.node("jwt.mjs", about, &got)
		}
	})
}
