package app

import (
	"context"
	"io"
	"os/user"

	"github.com/tokenry/tokenry/internal/config"
	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/internal/telemetry"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

// Local is what commands on the server's machine work with, beside a server
// that may run. They change what servers cache, and wait for them as any caller
// does.
type Local struct {
	Store    *repository.Store
	Keys     *service.Keys
	Chain    *service.Chain
	Peppers  *service.Peppers
	Signing  *service.SigningKeys
	Sessions *service.Sessions
	Operator *service.Bootstrap
	Actor    model.Actor // who runs the command

	cfg      config.Config
	services *services
}

// OpenLocal opens the database and its keys. Close must follow.
func OpenLocal(ctx context.Context, cfg config.Config) (_ *Local, err error) {
	store, err := openStore(cfg, false)
	if err != nil {
		return nil, err
	}
	s := &services{store: store}
	defer func() {
		if err != nil {
			_ = s.close()
		}
	}()
	root, err := keys.ReadRoot(cfg.RootKeyFile)
	if err != nil {
		return nil, err
	}
	log := telemetry.NewLogger(io.Discard, "text", cfg.LogLevel)
	built, err := newServices(cfg, store, root, log)
	if err != nil {
		return nil, err
	}
	s = built
	if err := s.keys.Load(ctx); err != nil {
		return nil, err
	}
	beside := &service.Propagation{Store: store} // a command is no node
	s.bootstrap.Propagation = beside
	return &Local{
		cfg: cfg, services: s,
		Store: store, Keys: s.keys, Chain: s.chain, Operator: s.bootstrap, Sessions: s.sessions, Actor: localActor(),
		Signing: s.signing,
		Peppers: &service.Peppers{Store: store, Keys: s.keys, Propagation: beside, Now: service.Now},
	}, nil
}

// SignInLink is the link that has the code.
func (l *Local) SignInLink(code string) string { return signInLink(l.cfg, code) }

// Close closes the database.
func (l *Local) Close() error { return l.services.close() }

// Migrate brings the schema of the database up to date, and makes the database
// if it is an SQLite one that does not exist.
func Migrate(ctx context.Context, cfg config.Config) error {
	store, err := openStore(cfg, true)
	if err != nil {
		return err
	}
	defer store.Close()
	return store.Migrate(ctx)
}

func localActor() model.Actor {
	actor := model.Actor{Kind: model.ActorLocal, ID: "unknown", Operator: true}
	if who, err := user.Current(); err == nil {
		actor.ID, actor.Name = who.Username, who.Name
	}
	return actor
}
