package service

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// loadTimeout bounds a load, which many checks may wait for.
const loadTimeout = 5 * time.Second

// Cache keeps what checks need, by id, and never a verdict. What does not exist
// is not kept. A load that began before a Drop is not kept either, and no later
// call joins it.
type Cache struct {
	// AtSunset is what happens at the sunset of versions that do not say so.
	AtSunset model.AtSunset

	store *repository.Store
	bytes uint64
	kept  atomic.Pointer[kept]
	loads atomic.Uint64
}

// kept is what a Cache keeps between two calls of DropAll.
type kept struct {
	tokens   *otter.Cache[string, *Cached]
	accounts *otter.Cache[string, *model.Account]
	catalogs *otter.Cache[string, *catalog.Compiled]
}

// maxAccounts and maxCatalogs bound what is cached beside tokens.
const (
	maxAccounts = 10_000
	maxCatalogs = 1000
)

// NewCache makes a cache whose tokens take about that many bytes at most.
func NewCache(store *repository.Store, bytes uint64) *Cache {
	c := &Cache{store: store, bytes: bytes}
	c.DropAll()
	return c
}

// Token is the token of that id, deleted or not.
func (c *Cache) Token(ctx context.Context, id string) (*Cached, error) {
	tokens := c.kept.Load().tokens
	if tok, ok := tokens.GetIfPresent(id); ok {
		return tok, nil
	}
	return load(ctx, tokens, strings.Clone(id), c.loadToken) // it may be part of a secret, which must not stay
}

// Tokens is about how many tokens it keeps.
func (c *Cache) Tokens() int { return c.kept.Load().tokens.EstimatedSize() }

// Loads is how many tokens it had to ask the database for.
func (c *Cache) Loads() uint64 { return c.loads.Load() }

// Account is the account of that id.
func (c *Cache) Account(ctx context.Context, id string) (*model.Account, error) {
	accounts := c.kept.Load().accounts
	if account, ok := accounts.GetIfPresent(id); ok {
		return account, nil
	}
	return load(ctx, accounts, id, func(ctx context.Context, id string) (*model.Account, error) {
		account, err := c.store.Accounts.ByID(ctx, id)
		return &account, err
	})
}

// Catalog is the catalog of an account type.
func (c *Cache) Catalog(ctx context.Context, accountType string) (*catalog.Compiled, error) {
	catalogs := c.kept.Load().catalogs
	if compiled, ok := catalogs.GetIfPresent(accountType); ok {
		return compiled, nil
	}
	return load(ctx, catalogs, accountType, func(ctx context.Context, accountType string) (*catalog.Compiled, error) {
		if accountType == model.OperatorType {
			return catalog.Compile(catalog.Operator())
		}
		row, err := c.store.Catalogs.ByType(ctx, accountType)
		if err != nil {
			return nil, err
		}
		row.Document.SetAtSunset(c.AtSunset)
		return catalog.Compile(&row.Document)
	})
}

// Drop forgets what a change names: all of it if the kind is one that reaches
// further, or is not known.
func (c *Cache) Drop(kind, id string) {
	switch kind {
	case repository.ChangeNothing, repository.ChangeSigningKey:
	case repository.ChangeToken:
		c.kept.Load().tokens.Invalidate(id)
	case repository.ChangeAccount:
		c.kept.Load().accounts.Invalidate(id)
	default:
		c.DropAll()
	}
}

// DropAll forgets everything. The caches themselves are replaced: to invalidate
// all entries of one would leave the loads under way, and what they bring.
func (c *Cache) DropAll() {
	c.kept.Store(&kept{
		tokens: otter.Must(&otter.Options[string, *Cached]{
			MaximumWeight: c.bytes, Weigher: func(_ string, tok *Cached) uint32 { return tok.size() },
		}),
		accounts: otter.Must(&otter.Options[string, *model.Account]{MaximumSize: maxAccounts}),
		catalogs: otter.Must(&otter.Options[string, *catalog.Compiled]{MaximumSize: maxCatalogs}),
	})
}

func (c *Cache) loadToken(ctx context.Context, id string) (*Cached, error) {
	c.loads.Add(1)
	tok, err := c.store.Tokens.ForCheck(ctx, id)
	if err != nil {
		return nil, err
	}
	var replaced []model.PreviousSecret
	if tok.Generation > 1 {
		if replaced, err = c.store.Secrets.OfToken(ctx, id); err != nil {
			return nil, err
		}
	}
	tok.ID = id // the key, so that it is in memory once
	return newCached(&tok, replaced)
}

// load loads a value for all who wait for it, whoever gives up meanwhile.
func load[V any](ctx context.Context, cache *otter.Cache[string, V], key string,
	from func(context.Context, string) (V, error),
) (V, error) {
	value, err := cache.Get(ctx, key, otter.LoaderFunc[string, V](func(ctx context.Context, key string) (V, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		value, err := from(ctx, key)
		if errors.Is(err, context.DeadlineExceeded) {
			err = model.Unavailable()
		}
		return value, err
	}))
	return value, err
}
