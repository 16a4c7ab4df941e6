package repository

import "context"

// Facts is what operators want to know of the database.
type Facts struct {
	Dialect     Dialect `gorm:"-"`
	Version     string
	Synchronous string // what a commit waits for, as in PostgreSQL's synchronous_commit
	Standby     bool   // whether commits wait for a standby, too
}

// Facts asks the database about itself.
func (s *Store) Facts(ctx context.Context) (Facts, error) {
	ask := "SELECT sqlite_version() AS version, 'on' AS synchronous"
	if s.Dialect == Postgres {
		ask = "SELECT split_part(current_setting('server_version'), ' ', 1) AS version, " +
			"current_setting('synchronous_commit') AS synchronous, " +
			"current_setting('synchronous_standby_names') <> '' AS standby"
	}
	facts := Facts{}
	err := s.db.WithContext(ctx).Raw(ask).Scan(&facts).Error
	facts.Dialect = s.Dialect
	return facts, classify(err)
}
