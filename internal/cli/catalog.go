package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/tokenry/tokenry/client"
	"github.com/tokenry/tokenry/internal/catalog"
)

type catalogCommand struct {
	Plan          catalogPlan   `cmd:"" help:"Say what a catalog file would change."`
	Apply         catalogApply  `cmd:"" help:"Say what a catalog file changes, and change it."`
	Export        catalogExport `cmd:"" help:"Write the catalogs of all account types as a file."`
	ImportOpenapi catalogImport `cmd:"" help:"Make a catalog of an API's own OpenAPI document, and apply it."`
	Show          catalogShow   `cmd:"" help:"List the scopes that an account can choose from."`
}

// allowances say how far a change may go.
type allowances struct {
	AllowRemovals bool `help:"Take removed scopes away from the tokens that hold them."`
	AllowWidening bool `help:"Let scopes that tokens hold open more routes."`
}

type catalogPlan struct {
	server
	output
	File string `arg:"" help:"Catalog file, YAML or JSON; - for stdin."`
}

// Run prints the plan of a change.
func (c *catalogPlan) Run(ctx context.Context, env *Env) error {
	file, err := readFile(env, c.File)
	if err != nil {
		return err
	}
	return c.plan(ctx, env, c.output, file)
}

func (s server) plan(ctx context.Context, env *Env, o output, file []byte) error {
	tokenry, err := s.connect(env)
	if err != nil {
		return err
	}
	change, err := tokenry.PutCatalog(ctx, file, client.PutCatalogParams{DryRun: new(true)})
	if err != nil {
		return err
	}
	return env.printChange(o.JSON, change)
}

type catalogApply struct {
	server
	output
	allowances
	File string `arg:"" help:"Catalog file, YAML or JSON; - for stdin."`
}

// Run prints the plan of a change and makes it.
func (c *catalogApply) Run(ctx context.Context, env *Env) error {
	file, err := readFile(env, c.File)
	if err != nil {
		return err
	}
	return c.apply(ctx, env, c.output, c.allowances, file)
}

// apply prints the plan first, so that it is there if the change is refused.
func (s server) apply(ctx context.Context, env *Env, o output, allow allowances, file []byte) error {
	tokenry, err := s.connect(env)
	if err != nil {
		return err
	}
	if !o.JSON {
		if err := s.plan(ctx, env, o, file); err != nil {
			return err
		}
	}
	change, err := tokenry.PutCatalog(ctx, file, client.PutCatalogParams{
		AllowRemovals: &allow.AllowRemovals, AllowWidening: &allow.AllowWidening,
	})
	switch {
	case err != nil:
		return err
	case o.JSON:
		return env.json(change)
	}
	env.printf("The catalog is applied.\n")
	return nil
}

func (e *Env) printChange(asJSON bool, change client.CatalogChange) error {
	if asJSON {
		return e.json(change)
	}
	return e.printPlans(change.Plans)
}

func (e *Env) printPlans(document json.RawMessage) error {
	var plans []catalog.Plan
	if err := json.Unmarshal(document, &plans); err != nil {
		return fmt.Errorf("read the plan: %w", err)
	}
	for _, plan := range plans {
		e.printf("%s", clean(plan.String()))
	}
	return nil
}

type catalogExport struct {
	server
	Output string `short:"o" placeholder:"FILE" help:"File to write; stdout unless given."`
}

// Run writes the catalogs in force.
func (c *catalogExport) Run(ctx context.Context, env *Env) error {
	tokenry, err := c.connect(env)
	if err != nil {
		return err
	}
	file, err := tokenry.ExportCatalog(ctx)
	if err != nil {
		return err
	}
	return env.writeFile(c.Output, file)
}

type catalogShow struct {
	inAccount
	output
	Language string `placeholder:"TAGS" help:"Languages to have labels in, such as zh-CN or zh-CN,en."`
}

// Run prints versions and scopes.
func (c *catalogShow) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	shown, err := tokenry.Catalog(ctx, in, client.WithLanguage(c.Language))
	switch {
	case err != nil:
		return err
	case c.JSON:
		return env.json(shown)
	}
	var versions, scopes [][]string
	for _, v := range shown.Versions {
		state := string(v.State)
		if v.ID == shown.DefaultVersion {
			state += ", default"
		}
		versions = append(versions, []string{v.ID, state, moment(v.Sunset, "-")})
	}
	for _, category := range shown.Categories {
		for _, s := range category.Scopes {
			scopes = append(scopes, []string{s.ID, string(s.Access), category.Label, s.Label, orDash(s.Since), orDash(s.Until)})
		}
	}
	if err := env.table([]string{"VERSION", "STATE", "SUNSET"}, versions); err != nil {
		return err
	}
	env.printf("\n")
	if err := env.table([]string{"SCOPE", "ACCESS", "CATEGORY", "LABEL", "SINCE", "UNTIL"}, scopes); err != nil || len(shown.Presets) == 0 {
		return err
	}
	var presets [][]string
	for _, p := range shown.Presets {
		presets = append(presets, []string{p.ID, p.Label, strconv.Itoa(len(p.Scopes)), strings.Join(p.Versions, ", ")})
	}
	env.printf("\n")
	return env.table([]string{"PRESET", "LABEL", "SCOPES", "VERSIONS"}, presets)
}

// readFile reads a file, or stdin for a dash.
func readFile(env *Env, path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(env.Stdin)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, usage("Cannot read the file: %v.", err)
	}
	return data, nil
}

// writeFile writes a file, or stdout if none is named.
func (e *Env) writeFile(path string, data []byte) error {
	if path == "" {
		_, err := e.Stdout.Write(data)
		return err
	}
	return os.WriteFile(path, data, 0o644) //nolint:gosec // a catalog is no secret
}
