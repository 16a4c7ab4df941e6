package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/tokenry/tokenry/internal/config"
	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// openStore opens the database, which must exist already if make is not set.
func openStore(cfg config.Config, create bool) (*repository.Store, error) {
	if cfg.DatabaseURL == "" {
		if create {
			if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
				return nil, fmt.Errorf("make the data folder: %w", err)
			}
		}
		if err := ownFile(cfg.SQLitePath(), create); err != nil {
			return nil, err
		}
	}
	return repository.Open(repository.Config{
		URL: cfg.DatabaseURL, ListenURL: cfg.DatabaseListenURL, Path: cfg.SQLitePath(), MaxConns: cfg.DatabaseMaxConns,
	})
}

// ownFile makes sure that only its owner may read the database, whoever made
// the file.
func ownFile(path string, create bool) error {
	flags := os.O_RDWR
	if create {
		flags |= os.O_CREATE
	}
	file, err := os.OpenFile(path, flags, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database at %s: start the server once, or set TOKENRY_DATA_DIR or TOKENRY_DATABASE_URL", path)
	}
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	return file.Close()
}

// lockData makes this the only server on the data folder, until it ends.
func lockData(cfg config.Config) (*flock.Flock, error) {
	if cfg.DatabaseURL != "" {
		return nil, nil
	}
	lock := flock.New(filepath.Join(cfg.DataDir, "server.lock"), flock.SetPermissions(0o600))
	mine, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if !mine {
		return nil, fmt.Errorf("another server runs on the data folder %s; several servers need PostgreSQL", cfg.DataDir)
	}
	return lock, nil
}

// migrate waits for the database, and brings its schema up to date or refuses
// one that is not.
func migrate(ctx context.Context, cfg config.Config, store *repository.Store, log *slog.Logger) error {
	for started := time.Now(); ; { // a migration itself may take longer
		err := migrateOnce(ctx, cfg, store)
		switch {
		case !model.IsKind(err, model.KindUnavailable):
			return err
		case time.Since(started) > databaseWait:
			return fmt.Errorf("the database did not answer for %s: %w", databaseWait, err)
		}
		log.Warn("the database does not answer; trying again", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func migrateOnce(ctx context.Context, cfg config.Config, store *repository.Store) error {
	if cfg.Migrate {
		return store.Migrate(ctx)
	}
	current, err := store.Migrated(ctx)
	if err == nil && !current {
		return errors.New("the database's schema is not up to date: run `tokenry migrate`, or set TOKENRY_MIGRATE=true")
	}
	return err
}

// rootKey reads the root key, or makes one if the database holds nothing sealed.
func rootKey(ctx context.Context, cfg config.Config, store *repository.Store) (*keys.Root, error) {
	root, err := keys.ReadRoot(cfg.RootKeyFile)
	if !errors.Is(err, fs.ErrNotExist) {
		return root, err
	}
	sealed, err := store.Keys.All(ctx)
	if err != nil {
		return nil, err
	}
	if len(sealed) > 0 {
		return nil, fmt.Errorf("the database is sealed with a root key, and there is none at %s: "+
			"put the key file of the first server there, or set TOKENRY_ROOT_KEY_FILE", cfg.RootKeyFile)
	}
	if err := os.MkdirAll(filepath.Dir(cfg.RootKeyFile), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the root key: %w", err)
	}
	return keys.CreateRoot(cfg.RootKeyFile)
}
