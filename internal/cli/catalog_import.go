package cli

import (
	"context"
	"fmt"

	"github.com/tokenry/tokenry/client"
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
	document, err := readFile(env, c.File)
	switch {
	case err != nil:
		return err
	case c.Output != "":
		return c.write(env, document)
	case c.JSON:
		return c.apply(ctx, env, document, c.DryRun)
	}
	// The plan comes first, so that it is there if the change is refused.
	if err := c.apply(ctx, env, document, true); err != nil || c.DryRun {
		return err
	}
	return c.apply(ctx, env, document, false)
}

// write makes the document's catalog a file.
func (c *catalogImport) write(env *Env, document []byte) error {
	imported, err := openapiimport.Import(c.File, document, openapiimport.Options{AccountType: c.AccountType, Version: c.Version})
	if err != nil {
		return err
	}
	env.warn(imported.Warnings)
	file, err := catalog.Export([]model.Catalog{imported.Catalog})
	if err != nil {
		return err
	}
	if c.Output == "-" {
		return env.writeFile("", file)
	}
	return env.writeFile(c.Output, file)
}

// apply plans the import or carries it out, and tells of it.
func (c *catalogImport) apply(ctx context.Context, env *Env, document []byte, dryRun bool) error {
	tokenry, err := c.connect(env)
	if err != nil {
		return err
	}
	done, err := tokenry.ImportOpenAPI(ctx, document, client.ImportOpenAPIParams{
		AccountType: c.AccountType, Version: c.Version, DryRun: &dryRun,
		AllowRemovals: &c.AllowRemovals, AllowWidening: &c.AllowWidening,
	})
	switch {
	case err != nil:
		return err
	case c.JSON:
		return env.json(done)
	case !dryRun:
		env.printf("The catalog is applied.\n")
		return nil
	}
	env.warn(done.Warnings)
	return env.printPlans(done.Plans)
}

// warn tells what people should know of an import.
func (e *Env) warn(warnings []string) {
	for _, w := range warnings {
		fmt.Fprintln(e.Stderr, clean(w))
	}
}
