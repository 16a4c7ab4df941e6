package signedlink_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/tokenry/tokenry/internal/signedlink"
)

type claims struct {
	Account string `json:"a"`
	Contact string `json:"c"`
}

func TestSignedLinks(t *testing.T) {
	t.Parallel()
	ours, theirs := signedlink.New(make([]byte, 32)), signedlink.New([]byte("another key, also of 32 bytes...."))
	want := claims{Account: "0NcLbQhmTx3CVaSXnRlH2A", Contact: "dev+é@example.com"}
	signed := ours.Sign("acknowledge", want)
	if url.QueryEscape(signed) != signed {
		t.Errorf("%q must be escaped in a URL", signed)
	}
	var got claims
	if err := ours.Read("acknowledge", signed, &got); err != nil || got != want {
		t.Fatalf("read %+v, %v, want %+v", got, err, want)
	}
	refused := map[string]struct {
		by              *signedlink.Signer
		purpose, signed string
	}{
		"another purpose": {ours, "unsubscribe", signed},
		"another key":     {theirs, "acknowledge", signed},
		"cut off":         {ours, "acknowledge", signed[:len(signed)-1]},
		"without a MAC":   {ours, "acknowledge", signed[:len(signed)-44]},
		"other claims":    {ours, "acknowledge", "e30" + signed[3:]},
		"something after": {ours, "acknowledge", signed + "A"},
		"another end":     {ours, "acknowledge", signed[:len(signed)-1] + "_"},
		"empty":           {ours, "acknowledge", ""},
		"a dot":           {ours, "acknowledge", "."},
	}
	for name, tt := range refused {
		if err := tt.by.Read(tt.purpose, tt.signed, &claims{}); !errors.Is(err, signedlink.ErrForged) {
			t.Errorf("%s: %v, want ErrForged", name, err)
		}
	}
}
