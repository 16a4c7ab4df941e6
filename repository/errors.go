package repository

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/tokenry/tokenry/model"
)

// columns gives, for SQLite, which names constraints by their columns, the
// columns of each constraint that callers ask about.
var columns = map[string]string{
	"tokens_account_name_key":         "tokens.account_id, tokens.name",
	"accounts_external_id_key":        "accounts.external_id",
	"accounts_operator_key":           "accounts.type",
	"members_account_external_id_key": "members.account_id, members.external_id",
	"members_account_email_key":       "members.account_id, members.email_folded",
	"idempotent_answers_pkey":         "idempotent_answers.key",
	"tokens_primary_contact":          "tokens.primary_contact",
	"keys_pkey":                       "keys.kind, keys.number",
	"jwt_statuses_pkey":               "jwt_statuses.list, jwt_statuses.place",
}

// violates reports whether err is a violation of the named constraint.
func violates(err error, constraint string) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.ConstraintName == constraint
	}
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && lite.Code()&0xff == sqlite3.SQLITE_CONSTRAINT &&
		strings.Contains(lite.Error(), "failed: "+columns[constraint])
}

// isNull reports whether err says that the column, as "table.column", must not
// be null.
func isNull(err error, column string) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23502" && pg.TableName+"."+pg.ColumnName == column
	}
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && lite.Code() == sqlite3.SQLITE_CONSTRAINT_NOTNULL && strings.Contains(lite.Error(), "failed: "+column)
}

// errLost says that a transaction lost against another in a way that only the
// program can tell.
var errLost = errors.New("lost against another transaction")

// isLost reports whether a transaction lost against another and may be tried
// again.
func isLost(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return errors.Is(err, errLost) || pg.Code == "40001" || pg.Code == "40P01"
	}
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && lite.Code()&0xff == sqlite3.SQLITE_BUSY
}

// classify gives a model error for a missing row and for a database that cannot
// answer; other errors are as they were.
func classify(err error) error {
	if _, done := errors.AsType[*model.Error](err); done || err == nil {
		return err
	}
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return model.NotFound()
	case isAway(err) || isLost(err):
		return fmt.Errorf("%w: %w", model.Unavailable(), err)
	}
	return err
}

func isAway(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		pg, refused := errors.AsType[*pgconn.PgError](err)
		// A wrong password or name is for people to mend.
		return !refused || !strings.HasPrefix(pg.Code, "28") && pg.Code != "3D000"
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		// Connection lost, out of resources, shut down or starting, read-only
		// after a failover, ended as it hung in a transaction.
		return strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "53") ||
			strings.HasPrefix(pg.Code, "57P") || pg.Code == "25006" || pg.Code == "25P03"
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN:
			return true
		}
		return false
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	_, isNet := errors.AsType[net.Error](err)
	return isNet || pgconn.SafeToRetry(err) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// explain says what to do about an SQLite file that cannot be used.
func explain(path string, err error) error {
	lite, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	switch lite.Code() & 0xff {
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%s is not a database, or is damaged; put a backup in its place, or choose another folder with TOKENRY_DATA_DIR: %w", path, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%s cannot be written; let this user write to the file and to its folder: %w", path, err)
	}
	return err
}
