package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"

	"github.com/tokenry/tokenry/client"
)

type tokensCommand struct {
	Create    tokensCreate    `cmd:"" help:"Create a token and print its secret, once."`
	List      tokensList      `cmd:"" help:"List the tokens of an account."`
	Show      tokensShow      `cmd:"" help:"Show a token."`
	Update    tokensUpdate    `cmd:"" help:"Change a token."`
	Rotate    tokensRotate    `cmd:"" help:"Give a token a new secret and print it, once."`
	Disable   tokensDisable   `cmd:"" help:"Have a token refused until it is enabled again."`
	Enable    tokensEnable    `cmd:"" help:"Have a disabled token accepted again."`
	Revoke    tokensRevoke    `cmd:"" help:"Have a token refused for good."`
	Delete    tokensDelete    `cmd:"" help:"Revoke a token and remove it from lists."`
	Duplicate tokensDuplicate `cmd:"" help:"Create a token with the same settings and print its secret, once."`
	History   tokensHistory   `cmd:"" help:"List what happened to a token."`
	Usage     tokensUsage     `cmd:"" help:"Count how a token was used."`
	Leaks     tokensLeaks     `cmd:"" help:"List where the secrets of a token were found."`
	DecoyUses tokensDecoyUses `cmd:"" help:"List who has tried a decoy."`
}

// oneToken is a command about a token.
type oneToken struct {
	inAccount
	output
	ID id `arg:"" help:"Id of the token."`
}

// showSecret is how a secret is printed that is shown only now.
type showSecret struct {
	JSON           bool   `name:"json" group:"output" xor:"form" help:"Print JSON, as the API has it."`
	Quiet          bool   `short:"q" group:"output" xor:"form" help:"Print the secret alone."`
	IdempotencyKey string `group:"server" placeholder:"KEY" help:"Repeat an earlier call within 24 hours and get its answer again."`
}

// options are those of a call that makes a secret. If it fails, the key they
// hold is told.
func (s *showSecret) options(in client.CallOption) []client.CallOption {
	if s.IdempotencyKey == "" {
		s.IdempotencyKey = client.NewIdempotencyKey()
	}
	return []client.CallOption{in, client.WithIdempotencyKey(s.IdempotencyKey)}
}

// lost adds how to get at an answer that did not arrive, unless nothing can
// have happened.
func (s *showSecret) lost(err error) error {
	network, ok := errors.AsType[*net.OpError](err)
	if codeOf(err) != exitUnreachable || ok && network.Op == "dial" {
		return err
	}
	return &lostAnswer{err, s.IdempotencyKey}
}

// lostAnswer is a call that may have made a secret nobody has seen.
type lostAnswer struct {
	err error
	key string
}

func (e *lostAnswer) Error() string { return e.err.Error() }

func (e *lostAnswer) Unwrap() error { return e.err }

// print shows the secret of a token.
func (s *showSecret) print(env *Env, answer any, token client.Token, made, done string) error {
	switch {
	case s.JSON:
		return env.json(answer)
	case s.Quiet:
		env.printf("%s\n", made)
		return nil
	}
	env.printf("Token %q %s.\n\n", clean(token.Name), done)
	env.printf("  id      %s\n  secret  %s\n\nKeep the secret now: it cannot be shown again.\n", token.ID, made)
	return nil
}

// printToken shows a token.
func (e *Env) printToken(asJSON bool, answer any, t client.Token) error {
	if asJSON {
		return e.json(answer)
	}
	contact := orDash(t.Contacts.Primary)
	rows := [][]string{
		{"id", t.ID}, {"name", t.Name}, {"description", orDash(&t.Description)}, {"status", string(t.Status)},
		{"account", t.AccountID}, {"version", t.Version}, {"scopes", words(t.Scopes)},
		{"contact", contact}, {"developers", words(t.Contacts.Developers)},
		{"networks", words(t.AllowedCidrs)}, {"metadata", pairs(t.Metadata)}, {"claims", pairs(t.Claims)},
		{"secret", fmt.Sprintf("…%s, generation %d", t.SecretHint, t.Generation)},
		{"expires", moment(t.ExpiresAt, "never")}, {"last used", moment(t.LastUsedAt, "never")},
		{"created", moment(&t.CreatedAt, "") + " by " + t.CreatedBy}, {"updated", moment(&t.UpdatedAt, "")},
	}
	if t.Decoy {
		rows = append(rows, []string{"decoy", "yes: it is refused everywhere, and whoever tries it raises the alarm"})
	}
	if t.LeakedAt != nil {
		rows = append(rows, []string{"leaked", moment(t.LeakedAt, "") + "; `tokenry tokens leaks` tells where, and it must be rotated"})
	}
	if t.DisabledAt != nil {
		rows = append(rows, []string{"disabled", moment(t.DisabledAt, "")})
	}
	if t.RevokedAt != nil {
		rows = append(rows, []string{"revoked", strings.TrimSpace(moment(t.RevokedAt, "") + " " + t.RevokeReason)})
	}
	return e.table(nil, rows)
}

// pairs is a map for people.
func pairs(values map[string]string) string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		out = append(out, key+"="+values[key])
	}
	return words(out)
}

type tokensShow struct{ oneToken }

// Run prints a token.
func (c *tokensShow) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	token, err := tokenry.Token(ctx, string(c.ID), in)
	if err != nil {
		return err
	}
	return env.printToken(c.JSON, token, token)
}

type tokensHistory struct {
	oneToken
	Limit int `short:"n" placeholder:"N" help:"Print no more than the newest N entries."`
}

// Run prints the audit entries of a token.
func (c *tokensHistory) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	entries, next, err := pages(c.Limit, func(limit int, cursor *string) ([]client.AuditEntry, *string, error) {
		list, err := tokenry.ListTokenHistory(ctx, string(c.ID), client.ListTokenHistoryParams{Limit: &limit, Cursor: cursor}, in)
		return list.Items, list.NextCursor, err
	})
	if err != nil {
		return err
	}
	return env.printEntries(c.JSON, client.AuditList{Items: entries, NextCursor: next})
}
