package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/tokenry/tokenry/internal/app"
)

// open opens the database of the settings, beside a server that may run.
func (s settings) open(ctx context.Context, env *Env) (*app.Local, error) {
	cfg, err := s.load(env)
	if err != nil {
		return nil, err
	}
	return app.OpenLocal(ctx, cfg)
}

type migrateCommand struct{ settings }

// Run migrates the database.
func (c *migrateCommand) Run(ctx context.Context, env *Env) error {
	cfg, err := c.load(env)
	if err != nil {
		return err
	}
	if err := app.Migrate(ctx, cfg); err != nil {
		return err
	}
	env.printf("The database is up to date.\n")
	return nil
}

type operatorCommand struct {
	Reset operatorReset `cmd:"" help:"Make a new operator secret, print it, once, and end the old one."`
}

type operatorReset struct {
	settings
	Quiet bool `short:"q" group:"output" help:"Print the secret alone."`
}

// Run makes a new operator secret. It is printed even if it is not known
// whether the old one has ended everywhere.
func (c *operatorReset) Run(ctx context.Context, env *Env) error {
	local, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer local.Close()
	made, err := local.Operator.ResetOperator(ctx, local.Actor)
	switch text := made.Reveal(); {
	case text == "":
	case c.Quiet:
		env.printf("%s\n", text)
	default:
		env.printf("This is the new operator secret. It may do everything and is shown only now:\n\n    %s\n\n", text)
	}
	if err != nil {
		return err
	}
	file, err := local.KeepSecret(made)
	if file != "" && !c.Quiet {
		env.printf("It is also in %s, in place of the old one.\n", file)
	}
	return err
}

type peppersCommand struct {
	List   peppersList   `cmd:"" help:"List the peppers and how many secrets need each."`
	Add    peppersAdd    `cmd:"" help:"Make a new pepper, for all new secrets and for old ones when they are next checked."`
	Retire peppersRetire `cmd:"" help:"End a pepper that no live secret needs."`
}

type peppersList struct {
	settings
	output
}

// Run prints the peppers.
func (c *peppersList) Run(ctx context.Context, env *Env) error {
	local, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer local.Close()
	peppers, err := local.Peppers.List(ctx)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return env.json(map[string]any{"items": peppers})
	}
	rows := make([][]string, len(peppers))
	for i, p := range peppers {
		state := "older"
		switch {
		case p.RetiredAt != nil:
			state = "retired"
		case p.Current:
			state = "current"
		}
		rows[i] = []string{strconv.Itoa(p.Number), state, strconv.FormatInt(p.Secrets, 10), moment(&p.CreatedAt, ""), moment(p.RetiredAt, "-")}
	}
	return env.table([]string{"PEPPER", "STATE", "SECRETS", "CREATED", "RETIRED"}, rows)
}

type peppersAdd struct{ settings }

// Run adds a pepper.
func (c *peppersAdd) Run(ctx context.Context, env *Env) error {
	local, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer local.Close()
	number, err := local.Peppers.Add(ctx, local.Actor)
	if err != nil {
		return err
	}
	env.printf("Pepper %d is the current one. `tokenry peppers list` tells when no secret needs the older ones.\n", number)
	return nil
}

type peppersRetire struct {
	settings
	Number int `arg:"" help:"Number of the pepper."`
}

// Run retires a pepper.
func (c *peppersRetire) Run(ctx context.Context, env *Env) error {
	local, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer local.Close()
	if err := local.Peppers.Retire(ctx, local.Actor, c.Number); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "Pepper %d is retired.\n", c.Number)
	return err
}
