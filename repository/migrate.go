package repository

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// Migrate brings the schema up to date. Nodes that start at once wait for each
// other. It needs the right to create tables; a server whose schema is current
// needs no such right.
func (s *Store) Migrate(ctx context.Context) error {
	provider, err := s.provider()
	if err != nil {
		return err
	}
	pending, err := provider.HasPending(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", explain(s.path, classify(err)))
	}
	if !pending {
		return nil
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", explain(s.path, classify(err)))
	}
	return nil
}

// Migrated reports whether the schema is up to date. It makes nothing, where
// goose would make its table.
func (s *Store) Migrated(ctx context.Context) (bool, error) {
	exists := "SELECT count(to_regclass('goose_db_version'))"
	if s.Dialect == SQLite {
		exists = "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'"
	}
	var tables int
	if err := s.db.WithContext(ctx).Raw(exists).Scan(&tables).Error; err != nil || tables == 0 {
		return false, classify(err)
	}
	provider, err := s.provider()
	if err != nil {
		return false, err
	}
	pending, err := provider.HasPending(ctx)
	return !pending, classify(err)
}

func (s *Store) provider() (*goose.Provider, error) {
	pool, err := s.db.DB()
	if err != nil {
		return nil, err
	}
	folder, err := fs.Sub(migrations, "migrations/"+string(s.Dialect))
	if err != nil {
		return nil, err
	}
	if s.Dialect == SQLite {
		return goose.NewProvider(goose.DialectSQLite3, pool, folder)
	}
	// Nodes that start at once ask each second, for five minutes, whether it is their turn.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, pool, folder, goose.WithSessionLocker(locker))
}
