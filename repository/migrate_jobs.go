package repository

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/rivermigrate"
)

// migrateJobs brings River's tables up to date, as Migrate does ours and under
// the same lock.
func (s *Store) migrateJobs(ctx context.Context) error {
	migrator, err := s.jobTables()
	if err != nil {
		return err
	}
	if done, err := s.jobsMigrated(ctx, migrator); err != nil || done {
		return err
	}
	return s.inTurn(ctx, func() error {
		_, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	})
}

// jobsMigrated reports whether River's tables are as this version needs them, or
// a later one has left them.
func (s *Store) jobsMigrated(ctx context.Context, migrator *rivermigrate.Migrator[*sql.Tx]) (bool, error) {
	if there, err := s.hasTable(ctx, "river_migration"); err != nil || !there {
		return false, err
	}
	all := migrator.AllVersions()
	var reached int
	err := s.db.WithContext(ctx).Raw("SELECT coalesce(max(version), 0) FROM river_migration").Scan(&reached).Error
	return reached >= all[len(all)-1].Version, classify(err)
}

// inTurn does something to the schema while no other node does.
func (s *Store) inTurn(ctx context.Context, do func() error) (err error) {
	if s.Dialect == SQLite {
		return do()
	}
	locker, err := newLocker()
	if err != nil {
		return err
	}
	pool, err := s.db.DB()
	if err != nil {
		return err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := locker.SessionLock(ctx, conn); err != nil {
		return err
	}
	defer func() {
		if unlockErr := locker.SessionUnlock(context.WithoutCancel(ctx), conn); err == nil {
			err = unlockErr
		}
	}()
	return do()
}

// newLocker makes the lock that nodes take in turn. They ask each second, for
// five minutes, whether it is theirs.
func newLocker() (lock.SessionLocker, error) {
	return lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
}
