package service

import (
	"context"
	"errors"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// loadTimeout bounds a load, which many checks may wait for.
const loadTimeout = 5 * time.Second

// Cached is a token as checks see it. It is shared and never changed.
type Cached struct {
	model.Token
	Previous []model.PreviousSecret // latest first
	Networks []netip.Prefix         // of AllowedCIDRs
}

// Cache keeps what checks need, by id, and never a verdict. What does not exist
// is not kept. A load that began before a Drop is not kept either, and no later
// call joins it.
type Cache struct {
	store *repository.Store
	size  int
	kept  atomic.Pointer[kept]
}

// kept is what a Cache keeps between two calls of DropAll.
type kept struct {
	tokens   *otter.Cache[string, *Cached]
	accounts *otter.Cache[string, *model.Account]
	catalogs *otter.Cache[string, *catalog.Compiled]
}

// NewCache makes a cache of at most size tokens.
func NewCache(store *repository.Store, size int) *Cache {
	c := &Cache{store: store, size: size}
	c.DropAll()
	return c
}

// Token is the token of that id, deleted or not.
func (c *Cache) Token(ctx context.Context, id string) (*Cached, error) {
	tokens := c.kept.Load().tokens
	if tok, ok := tokens.GetIfPresent(id); ok {
		return tok, nil
	}
	return load(ctx, tokens, id, c.loadToken)
}

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
		return catalog.Compile(&row.Document)
	})
}

// Drop forgets what a change names: all of it if the kind is one that reaches
// further, or is not known.
func (c *Cache) Drop(kind, id string) {
	switch kind {
	case repository.ChangeNothing:
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
		tokens:   otter.Must(&otter.Options[string, *Cached]{MaximumSize: c.size}),
		accounts: otter.Must(&otter.Options[string, *model.Account]{MaximumSize: c.size}),
		catalogs: otter.Must(&otter.Options[string, *catalog.Compiled]{MaximumSize: 1000}),
	})
}

func (c *Cache) loadToken(ctx context.Context, id string) (*Cached, error) {
	tok, err := c.store.Tokens.ByID(ctx, id)
	if err != nil {
		return nil, err
	}
	cached := &Cached{Token: tok}
	if tok.Generation > 1 {
		if cached.Previous, err = c.store.Secrets.OfToken(ctx, id); err != nil {
			return nil, err
		}
	}
	for _, cidr := range tok.AllowedCIDRs {
		network, err := netip.ParsePrefix(cidr)
		if err != nil {
			return nil, err
		}
		cached.Networks = append(cached.Networks, network)
	}
	return cached, nil
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
