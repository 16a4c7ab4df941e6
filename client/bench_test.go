package client_test

import (
	"testing"
	"time"

	"github.com/tokenry/tokenry/client"
	"github.com/tokenry/tokenry/client/clienttest"
)

// newVerifier is one that answers from its memory.
func newVerifier(t testing.TB, c *client.Client, o client.VerifierOptions) *client.Verifier {
	t.Helper()
	v := client.NewVerifier(c, o)
	t.Cleanup(v.Close)
	until(t, v.Fresh)
	return v
}

// until waits for a condition.
func until(t testing.TB, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the condition did not come true")
		}
	}
}

func BenchmarkVerifyKept(b *testing.B) {
	server := clienttest.NewServer()
	b.Cleanup(server.Close)
	secret := server.Issue(clienttest.Token{Scopes: []string{"orders.read", "orders.write"}})
	v := newVerifier(b, server.Client(), client.VerifierOptions{Bound: 10 * time.Second})
	q := client.Question{Secret: secret, Scopes: []string{"orders.read"}, IP: "203.0.113.9"}
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if answer, err := v.Verify(ctx, q); err != nil || !answer.Valid {
			b.Fatal(answer, err)
		}
	}
	if server.Asked() > 1+int(b.Elapsed()/time.Minute) {
		b.Errorf("the server was asked %d times", server.Asked())
	}
}

func BenchmarkVerifyKeptParallel(b *testing.B) {
	server := clienttest.NewServer()
	b.Cleanup(server.Close)
	secret := server.Issue(clienttest.Token{Scopes: []string{"orders.read"}})
	v := newVerifier(b, server.Client(), client.VerifierOptions{Bound: 10 * time.Second})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		q := client.Question{Secret: secret, Scopes: []string{"orders.read"}}
		for pb.Next() {
			if answer, err := v.Verify(b.Context(), q); err != nil || !answer.Valid {
				b.Error(answer, err)
			}
		}
	})
}
