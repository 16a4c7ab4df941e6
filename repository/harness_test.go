package repository_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// account and member are there in every test.
const (
	account = "account"
	member  = "member"
)

// start is when every test begins.
var start = time.Date(2026, 11, 23, 10, 20, 30, 123456000, time.UTC)

// newStore opens a database with an account and a member in it.
func newStore(t *testing.T, db testdb.DB) *repository.Store {
	t.Helper()
	store := db.Open(t)
	must(t, store.Accounts.Insert(t.Context(), &model.Account{
		ID: account, Type: "partner", Name: "Account", State: model.AccountActive, CreatedAt: start, UpdatedAt: start,
	}))
	must(t, store.Members.Insert(t.Context(), newMember(member, "Member", "member@example.com")))
	return store
}

func newMember(id, name, email string) *model.Member {
	return &model.Member{
		ID: id, AccountID: account, Name: name, Email: email, Role: model.RoleAdmin, State: model.MemberActive,
		Language: "en", CreatedAt: start, UpdatedAt: start,
	}
}

// newToken is a token whose id and name are given.
func newToken(id, name string) model.Token {
	tok := model.Token{
		ID: id, AccountID: account, Version: "1", Scopes: []string{"a.read"}, PrimaryContact: member,
		Developers: []string{}, AllowedCIDRs: []string{}, Metadata: map[string]string{}, Claims: map[string]string{},
		Secret:     model.Secret{Digest: []byte("digest of " + id), Pepper: 1, Hint: "hint"},
		Generation: 1, Revision: 1, CreatedAt: start, CreatedBy: "user:op", UpdatedAt: start,
	}
	tok.SetName(name)
	return tok
}

func must(t interface {
	Helper()
	Fatal(args ...any)
}, err error,
) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if !model.IsCode(err, code) {
		t.Errorf("got %v, want code %q", err, code)
	}
}

// raw is a connection to the database past the repository.
func raw(t *testing.T, db testdb.DB) *sql.DB {
	t.Helper()
	driver, source := "pgx", db.URL
	if db.Dialect == repository.SQLite {
		driver, source = "sqlite", "file:"+db.Path+"?_pragma=busy_timeout(5000)&_txlock=immediate"
	}
	pool, err := sql.Open(driver, source)
	must(t, err)
	t.Cleanup(func() { must(t, pool.Close()) })
	return pool
}
