package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tokenry/tokenry/internal/config"
	"github.com/tokenry/tokenry/internal/secret"
)

// teller says how the operator secret is told when first start makes it: once,
// before it is kept.
func (a *App) teller(cfg config.Config, options Options) func(secret.Secret) error {
	return func(made secret.Secret) error {
		file := options.OperatorSecretFile
		if file == "" && options.Terminal != nil {
			_, err := fmt.Fprintf(options.Terminal, "\nThis is the operator secret. It may do everything and is shown only now:\n\n"+
				"    %s\n\n`tokenry operator reset` makes another.\n\n", made.Reveal())
			return err
		}
		if file == "" {
			file = secretFile(cfg)
		}
		a.log.Info("the operator secret is in a file", "file", file)
		return writeSecret(file, made)
	}
}

func secretFile(cfg config.Config) string { return filepath.Join(cfg.DataDir, "operator-secret") }

// KeepSecret puts a new operator secret in the place of an older one that first
// start wrote to the data folder, and gives the file. Without that file it does
// nothing.
func (l *Local) KeepSecret(made secret.Secret) (string, error) {
	file := secretFile(l.cfg)
	if _, err := os.Stat(file); err != nil {
		return "", nil //nolint:nilerr // there is none to replace
	}
	fresh := file + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("replace the operator secret: %w", err)
	}
	if err := writeSecret(fresh, made); err != nil {
		return "", err
	}
	return file, os.Rename(fresh, file)
}

// writeSecret writes a secret to a new file that only its owner may read.
func writeSecret(path string, made secret.Secret) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write the operator secret: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the operator secret: %w", err)
	}
	_, err = file.WriteString(made.Reveal() + "\n")
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("write the operator secret: %w", err)
	}
	return nil
}
