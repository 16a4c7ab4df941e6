package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/internal/openapiimport"
	"github.com/tokenry/tokenry/model"
)

type catalogImport struct {
	server
	output
	allowances
	File        string `arg:"" help:"OpenAPI 3.0 or 3.1 document, YAML or JSON; - for stdin."`
	AccountType string `required:"" placeholder:"TYPE" help:"Account type that the catalog is for."`
	Version     string `required:"" placeholder:"VERSION" help:"API version that the document describes."`
	DryRun      bool   `xor:"what" help:"Only say what would change."`
	Output      string `short:"o" xor:"what" placeholder:"FILE" help:"Only write the document's catalog to a file, - for stdout; needs no server."`
}

// Run makes a catalog of an OpenAPI document and applies it. In an account type
// that exists, it goes into what is there.
func (c *catalogImport) Run(ctx context.Context, env *Env) error {
	data, err := readFile(env, c.File)
	if err != nil {
		return err
	}
	imported, err := openapiimport.Import(c.File, data, openapiimport.Options{AccountType: c.AccountType, Version: c.Version})
	if err != nil {
		return err
	}
	env.warn(imported.Warnings)
	if c.Output != "" {
		return c.write(env, imported.Catalog)
	}
	next, err := c.merged(ctx, env, imported.Catalog)
	if err != nil {
		return err
	}
	file, err := catalog.Export([]model.Catalog{next})
	if err != nil {
		return err
	}
	if c.DryRun {
		return c.plan(ctx, env, c.output, file)
	}
	return c.apply(ctx, env, c.output, c.allowances, file)
}

func (c *catalogImport) write(env *Env, imported model.Catalog) error {
	file, err := catalog.Export([]model.Catalog{imported})
	if err != nil {
		return err
	}
	if c.Output == "-" {
		return env.writeFile("", file)
	}
	return env.writeFile(c.Output, file)
}

// merged is the catalog of the account type with what was imported.
func (c *catalogImport) merged(ctx context.Context, env *Env, imported model.Catalog) (model.Catalog, error) {
	tokenry, err := c.connect(env)
	if err != nil {
		return model.Catalog{}, err
	}
	file, err := tokenry.ExportCatalog(ctx)
	if err != nil {
		return model.Catalog{}, err
	}
	all, err := catalog.Parse("the server's catalog", file)
	if err != nil {
		return model.Catalog{}, err
	}
	at := slices.IndexFunc(all, func(have model.Catalog) bool { return have.AccountType == c.AccountType })
	if at < 0 {
		return imported, nil
	}
	next, warnings, err := merge(all[at], imported)
	env.warn(warnings)
	return next, err
}

// warn tells what people should know of an import.
func (e *Env) warn(warnings []string) {
	for _, w := range warnings {
		fmt.Fprintln(e.Stderr, clean(w))
	}
}
