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

// teller says how the operator secret and the first link to sign in by are told
// when first start makes them: once, before they are kept.
func (a *App) teller(options Options) func(secret.Secret, string) error {
	return func(made secret.Secret, code string) error {
		a.tellLink(options, signInLink(a.cfg, code))
		file := options.OperatorSecretFile
		if file == "" && options.Terminal != nil {
			_, err := fmt.Fprintf(options.Terminal, "This is the operator secret. It may do everything and is shown only now:\n\n"+
				"    %s\n\n`tokenry operator reset` makes another.\n\n", made.Reveal())
			return err
		}
		if file == "" {
			file = secretFile(a.cfg)
		}
		a.log.Info("the operator secret is in a file", "file", file)
		return writeSecret(file, made.Reveal())
	}
}

// tellLink tells the link. That it cannot is no reason not to start: there can
// be another.
func (a *App) tellLink(options Options, link string) {
	if options.Terminal != nil {
		fmt.Fprintf(options.Terminal, "\nOpen the console with this link. It works once, within a day:\n\n"+
			"    %s\n\n`tokenry login-link` makes another.\n\n", link)
		return
	}
	file := linkFile(a.cfg)
	_ = os.Remove(file) // of a database that is no more
	if err := writeSecret(file, link); err != nil {
		a.log.Warn("the link to sign in by could not be written: tokenry login-link makes another", "error", err)
		return
	}
	a.log.Info("a link to sign in to the console is in a file", "file", file)
}

// signInLink is the link that has the code. The code is in its fragment, which
// browsers send to nobody.
func signInLink(cfg config.Config, code string) string {
	return cfg.PublicURL + "/console/sign-in#code=" + code
}

func secretFile(cfg config.Config) string { return filepath.Join(cfg.DataDir, "operator-secret") }

func linkFile(cfg config.Config) string { return filepath.Join(cfg.DataDir, "sign-in-link") }

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
	if err := writeSecret(fresh, made.Reveal()); err != nil {
		return "", err
	}
	return file, os.Rename(fresh, file)
}

// writeSecret writes a secret to a new file that only its owner may read.
func writeSecret(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write a secret: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write a secret: %w", err)
	}
	_, err = file.WriteString(text + "\n")
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("write a secret: %w", err)
	}
	return nil
}
