package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Catalogs keeps what exists for each account type.
type Catalogs struct {
	Store       *repository.Store
	Cache       *Cache
	Propagation *Propagation
	Now         func() time.Time
}

// Show is the catalog of the account that the actor acts in, or that of an
// account type if one is named: any, for who may act in any account.
func (s *Catalogs) Show(ctx context.Context, actor model.Actor, accountType string) (*catalog.Compiled, error) {
	if accountType != "" && actor.Foreign() {
		if accountType == model.OperatorType && !actor.Operator {
			return nil, model.NotFound()
		}
		return s.Cache.Catalog(ctx, accountType)
	}
	if actor.AccountID == "" {
		return nil, accountRequired()
	}
	account, err := s.Cache.Account(ctx, actor.AccountID)
	switch {
	case err != nil:
		return nil, err
	case accountType != "" && accountType != account.Type:
		return nil, model.NotFound()
	}
	return s.Cache.Catalog(ctx, account.Type)
}

// Export is the catalogs of all account types.
func (s *Catalogs) Export(ctx context.Context) ([]model.Catalog, error) {
	rows, err := s.Store.Catalogs.All(ctx, false)
	if err != nil {
		return nil, err
	}
	catalogs := make([]model.Catalog, len(rows))
	for i, row := range rows {
		catalogs[i] = row.Document
	}
	return catalogs, nil
}

// ApplyOptions says how far applying a catalog may go.
type ApplyOptions struct {
	DryRun        bool // only plan
	AllowRemovals bool // strip scopes that vanish from the tokens that hold them
	AllowWidening bool // let scopes that live tokens hold open more routes
}

// Applied is what applying catalogs changed, or would change.
type Applied struct {
	Plans []catalog.Plan
	Taken int64 // the change to wait for; 0 if no rights were taken away

	changed []catalog.Plan
}

// Apply puts catalogs in the place of those of their account types; other
// account types stay as they are. Without the options, a change that takes a
// scope from a live token gives an error with code "removals_not_allowed", and
// one that lets a held scope open more routes "widening_not_allowed". A version
// that live tokens have cannot be removed: "version_in_use".
func (s *Catalogs) Apply(ctx context.Context, actor model.Actor, catalogs []model.Catalog, options ApplyOptions) (Applied, error) {
	if err := checkCatalogs(catalogs); err != nil {
		return Applied{}, err
	}
	applied, err := s.apply(ctx, actor, options, func([]repository.Catalog) ([]model.Catalog, error) { return catalogs, nil })
	if err != nil {
		return Applied{}, fmt.Errorf("apply catalog: %w", err)
	}
	return applied, nil
}

// apply applies the catalogs that next makes of those in force, which stay as
// they are meanwhile.
func (s *Catalogs) apply(ctx context.Context, actor model.Actor, options ApplyOptions,
	next func(rows []repository.Catalog) ([]model.Catalog, error),
) (Applied, error) {
	var applied Applied
	err := s.Store.InTx(ctx, func(tx *repository.Store) error {
		applied = Applied{}
		rows, err := tx.Catalogs.All(ctx, true)
		if err != nil {
			return err
		}
		catalogs, err := next(rows)
		if err != nil {
			return err
		}
		for i := range catalogs {
			at := rowOf(rows, catalogs[i].AccountType)
			change := catalogChange{next: &catalogs[i], revision: 1}
			if at >= 0 {
				change.current, change.revision = &rows[at].Document, rows[at].Revision+1
			}
			if err := s.applyOne(ctx, tx, actor, &change, options, &applied); err != nil {
				return err
			}
		}
		if options.DryRun {
			return nil
		}
		return s.announce(ctx, tx, &applied)
	})
	return applied, err
}

// rowOf is the place of an account type's catalog, or -1.
func rowOf(rows []repository.Catalog, accountType string) int {
	return slices.IndexFunc(rows, func(r repository.Catalog) bool { return r.AccountType == accountType })
}

func checkCatalogs(catalogs []model.Catalog) error {
	var faults model.Faults
	seen := map[string]bool{}
	for i := range catalogs {
		kind := catalogs[i].AccountType
		for _, fault := range catalog.Check(&catalogs[i]) {
			fault.Field = kind + "." + fault.Field
			faults = append(faults, fault)
		}
		if seen[kind] {
			faults.Add(kind, "duplicate", "This account type is here twice.")
		}
		seen[kind] = true
	}
	if len(catalogs) == 0 {
		faults.Add("account_types", "required", "A catalog needs at least one account type.")
	}
	return model.Invalid(faults)
}

// catalogChange is the change of an account type's catalog.
type catalogChange struct {
	current  *model.Catalog // nil if the account type is new
	next     *model.Catalog
	revision int64
	before   *catalog.Compiled // current; nil if the account type is new
	compiled *catalog.Compiled // next
	plan     catalog.Plan
}

func (s *Catalogs) applyOne(ctx context.Context, tx *repository.Store, actor model.Actor, c *catalogChange,
	options ApplyOptions, applied *Applied,
) error {
	var err error
	if c.compiled, err = catalog.Compile(c.next); err != nil {
		return err
	}
	if c.current != nil {
		if c.before, err = catalog.Compile(c.current); err != nil {
			return err
		}
	}
	c.plan = catalog.Diff(c.current, c.next)
	if err := s.touch(ctx, tx, c); err != nil {
		return err
	}
	defer func() { applied.Plans = append(applied.Plans, c.plan) }()
	if options.DryRun || c.plan.Empty() {
		return nil
	}
	if err := s.mayApply(ctx, tx, c, options); err != nil {
		return err
	}
	applied.changed = append(applied.changed, c.plan)
	return s.put(ctx, tx, actor, c)
}

// put stores a catalog and strips what vanished from the tokens.
func (s *Catalogs) put(ctx context.Context, tx *repository.Store, actor model.Actor, c *catalogChange) error {
	now := s.Now()
	row := repository.Catalog{AccountType: c.next.AccountType, Document: *c.next, Revision: c.revision, UpdatedAt: now}
	if err := tx.Catalogs.Put(ctx, &row); err != nil {
		return err
	}
	entry := newEntry(actor, now, "catalog.applied", "catalog", c.next.AccountType)
	entry.Changes = map[string]model.Change{"revision": {Old: c.revision - 1, New: c.revision}, "plan": {New: c.plan}}
	if err := tx.Audit.Append(ctx, entry); err != nil {
		return err
	}
	return s.strip(ctx, tx, actor, c)
}

// announce takes the numbers of the changes, last in the transaction: they are
// locked until it ends, and others hold tokens while they wait for them.
func (s *Catalogs) announce(ctx context.Context, tx *repository.Store, applied *Applied) (err error) {
	if len(applied.changed) == 0 { // an earlier call that made the change may still be waiting
		applied.Taken, err = tx.Changes.Append(ctx, repository.ChangeNothing, "", s.Now())
		return err
	}
	for i := range applied.changed {
		plan := &applied.changed[i]
		number, err := tx.Changes.Append(ctx, repository.ChangeCatalog, plan.AccountType, s.Now())
		if err != nil {
			return err
		}
		if takesAway(plan) {
			applied.Taken = number
		}
	}
	return nil
}

// takesAway reports whether something that a check accepted may be refused now.
func takesAway(p *catalog.Plan) bool {
	ends := func(e catalog.Edit) bool {
		return slices.Contains(e.Fields, "sunset") || slices.Contains(e.Fields, "at_sunset")
	}
	return len(p.RemovedScopes)+len(p.LostVersions)+len(p.RetiredVersions)+len(p.Routes.Removed)+len(p.Routes.Changed)+
		len(p.Routes.Added)+len(p.Bindings.Added)+len(p.Bindings.Changed) > 0 || // a new route may take a path from a wider one
		slices.ContainsFunc(p.Versions.Changed, ends)
}

// Wait waits until no node accepts what was before the change.
func (s *Catalogs) Wait(ctx context.Context, taken int64) error {
	return s.Propagation.Wait(ctx, taken)
}
