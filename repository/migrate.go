package repository

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
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
	if pending {
		if _, err := provider.Up(ctx); err != nil {
			return fmt.Errorf("migrate: %w", explain(s.path, classify(err)))
		}
	}
	if err := s.migrateJobs(ctx); err != nil {
		return fmt.Errorf("migrate jobs: %w", explain(s.path, classify(err)))
	}
	return nil
}

// Migrated reports whether the schema is up to date. It makes nothing, where
// goose would make its table.
func (s *Store) Migrated(ctx context.Context) (bool, error) {
	if there, err := s.hasTable(ctx, "goose_db_version"); err != nil || !there {
		return false, err
	}
	provider, err := s.provider()
	if err != nil {
		return false, err
	}
	if pending, err := provider.HasPending(ctx); err != nil || pending {
		return false, classify(err)
	}
	migrator, err := s.jobTables()
	if err != nil {
		return false, err
	}
	return s.jobsMigrated(ctx, migrator)
}

func (s *Store) hasTable(ctx context.Context, name string) (bool, error) {
	exists := "SELECT count(to_regclass(?))"
	if s.Dialect == SQLite {
		exists = "SELECT count(*) FROM sqlite_master WHERE name = ?"
	}
	var tables int
	err := s.db.WithContext(ctx).Raw(exists, name).Scan(&tables).Error
	return tables > 0, classify(err)
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
	locker, err := newLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, pool, folder, goose.WithSessionLocker(locker))
}
