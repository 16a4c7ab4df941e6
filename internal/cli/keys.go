package cli

import (
	"context"
	"strconv"
)

type keysCommand struct {
	List   keysList   `cmd:"" help:"List the keys that JWTs are signed with."`
	Rotate keysRotate `cmd:"" help:"Make a new key, which signs once everybody can know it."`
	Retire keysRetire `cmd:"" help:"Take a key that no longer signs out of the key set."`
}

type keysList struct {
	settings
	output
}

// Run prints the keys.
func (c *keysList) Run(ctx context.Context, env *Env) error {
	local, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer local.Close()
	keys, err := local.Signing.List(ctx)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return env.json(map[string]any{"items": keys})
	}
	rows := make([][]string, len(keys))
	for i, k := range keys {
		rows[i] = []string{
			strconv.Itoa(k.Number), k.State, k.Algorithm, k.ID, moment(&k.SignsFrom, ""), moment(k.DoneAt, "-"), moment(k.RetiredAt, "-"),
		}
	}
	return env.table([]string{"KEY", "STATE", "ALGORITHM", "ID", "SIGNS FROM", "DONE", "RETIRED"}, rows)
}

type keysRotate struct {
	settings
	Now bool `help:"Sign with it at once and retire all others, so that JWTs by them end. For stolen keys."`
}

// Run makes a key.
func (c *keysRotate) Run(ctx context.Context, env *Env) error {
	local, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer local.Close()
	number, err := local.Signing.Rotate(ctx, local.Actor, c.Now)
	switch {
	case err != nil:
		return err
	case c.Now:
		env.printf("Key %d signs now. The others are retired, and JWTs by them are refused.\n", number)
	default:
		env.printf("Key %d is in the key set, and signs in a quarter of an hour. `tokenry keys list` tells when the older ones may be retired.\n", number)
	}
	return nil
}

type keysRetire struct {
	settings
	Number int `arg:"" help:"Number of the key."`
}

// Run retires a key.
func (c *keysRetire) Run(ctx context.Context, env *Env) error {
	local, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer local.Close()
	if err := local.Signing.Retire(ctx, local.Actor, c.Number); err != nil {
		return err
	}
	env.printf("Key %d is retired.\n", c.Number)
	return nil
}
