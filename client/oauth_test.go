package client_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/client"
	"github.com/tokenry/tokenry/internal/testdb"
)

func TestOAuth(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		s := start(t, db)
		c, made := s.client(nil), s.issue()
		about, err := c.AuthorizationServer(t.Context())
		must(t, err)
		if about.Issuer != "http://"+s.address || about.IntrospectionEndpoint != about.Issuer+"/oauth/introspect" {
			t.Errorf("AuthorizationServer = %+v", about)
		}
		address := "203.0.113.9"
		got, err := c.IntrospectSecret(t.Context(), client.IntrospectionRequest{Token: made.Secret, IP: &address})
		must(t, err)
		if !got.Active || got.Scope == nil || *got.Scope != strings.Join(made.Scopes, " ") || got.ClientID == nil || *got.ClientID != made.ID {
			t.Errorf("IntrospectSecret = %+v", got)
		}
		if age := time.Since(time.Unix(*got.Iat, 0)); age < 0 || age > time.Hour {
			t.Errorf("issued %v ago", age)
		}
		for range 2 {
			must(t, c.RevokeSecret(t.Context(), made.Secret))
		}
		got, err = c.IntrospectSecret(t.Context(), client.IntrospectionRequest{Token: made.Secret})
		must(t, err)
		if got.Active || got.ClientID != nil {
			t.Errorf("IntrospectSecret of a revoked one = %+v", got)
		}

		partners, err := client.New("http://"+s.address, s.issue().Secret)
		must(t, err)
		_, err = partners.IntrospectSecret(t.Context(), client.IntrospectionRequest{Token: made.Secret})
		refused, ok := errors.AsType[*client.Error](err)
		if !ok || refused.Status != 403 || refused.Code != "insufficient_scope" || refused.Need != "tokenry.verify" || refused.RequestID == "" {
			t.Errorf("IntrospectSecret of a partner: %#v", err)
		}
	})
}
