package cli

import (
	"math/big"
	"strings"
	"time"
	"unicode"

	"github.com/tokenry/tokenry/internal/secret"
)

type secretCommand struct {
	Inspect secretInspect `cmd:"" help:"Say what a secret tells by itself: prefix, id, age, and whether it is whole."`
}

type secretInspect struct {
	output
	secretInput
}

// Run prints what can be told without a server, and nothing that is secret.
func (c *secretInspect) Run(env *Env) error {
	text, err := c.read(env)
	if err != nil {
		return err
	}
	s, err := secret.Parse(text)
	if err != nil {
		return refuse("This is not a whole secret: its form or its checksum is wrong. It was cut off, mistyped, or is something else.")
	}
	created := createdAt(s.ID())
	if c.JSON {
		return env.json(map[string]any{"prefix": s.Prefix(), "id": s.ID(), "created_at": created, "checksum": "ok"})
	}
	return env.table(nil, [][]string{
		{"prefix", s.Prefix()}, {"id", s.ID()}, {"token created", moment(created, "unknown")}, {"checksum", "ok"},
	})
}

// createdAt is the time in an id, a UUIDv7 in base62; nil if it is none.
func createdAt(id string) *time.Time {
	swapped := strings.Map(func(r rune) rune { // package big has lower-case digits first
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, id)
	n, ok := new(big.Int).SetString(swapped, 62)
	if !ok || n.BitLen() > 128 {
		return nil
	}
	raw := n.FillBytes(make([]byte, 16))
	if raw[6]>>4 != 7 {
		return nil
	}
	return new(time.UnixMilli(new(big.Int).SetBytes(raw[:6]).Int64()).UTC())
}
