package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tokenry/tokenry/internal/keys"
)

type rootKeyCommand struct {
	New    rootKeyNew    `cmd:"" help:"Make a root key and put it in front of those in the root key file."`
	Reseal rootKeyReseal `cmd:"" help:"Seal all keys anew, under the first key of the root key file."`
}

type rootKeyNew struct{ settings }

// Run makes a root key, and its file if there is none.
func (c *rootKeyNew) Run(env *Env) error {
	cfg, err := c.load(env)
	if err != nil {
		return err
	}
	path := cfg.RootKeyFile
	if !keys.Exists(path) {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fmt.Errorf("make the folder of the root key: %w", err)
		}
		if _, err := keys.CreateRoot(path); err != nil {
			return err
		}
		env.printf("There is a root key now, in %s. Keep a copy: without it no secret can be checked.\n", path)
		return nil
	}
	if err := addRootKey(path); err != nil {
		return err
	}
	env.printf("A new root key stands first in %s. Give the file to every server and start them again;\n"+
		"then run `tokenry root-key reseal`, and take the older keys out of the file.\n", path)
	return nil
}

// addRootKey writes the file anew, beside the old one first: at no moment is
// there no whole file.
func addRootKey(path string) error {
	if _, err := keys.ReadRoot(path); err != nil {
		return err
	}
	old, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read root key: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".root-key-*") // only its owner may read it
	if err != nil {
		return fmt.Errorf("write root key: %w", err)
	}
	_, err = file.WriteString(keys.FormatRootKey(keys.NewKey()) + string(old))
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("write root key: %w", err)
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("write root key: %w", err)
	}
	return nil
}

type rootKeyReseal struct{ settings }

// Run seals all keys under the first root key.
func (c *rootKeyReseal) Run(ctx context.Context, env *Env) error {
	local, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer local.Close()
	count, err := local.Keys.Reseal(ctx, local.Actor)
	if err != nil {
		return err
	}
	env.printf("%d keys were sealed under an older root key. All are under the first one of the file now.\n", count)
	return nil
}
