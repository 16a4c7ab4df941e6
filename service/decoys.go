package service

import (
	"context"
	"log/slog"
	"maps"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	decoysEvery = 2 * time.Second
	// maxDecoyUses bounds the uses that are kept between two writes.
	maxDecoyUses = 10_000
	// maxDecoyAddresses bounds the addresses of a decoy that are told apart in an
	// hour.
	maxDecoyAddresses = 20
	maxDecoyPath      = 300 // characters that are kept
	maxDecoyScopes    = 20
	maxDecoyScope     = 100
	keepDecoyUses     = 400 * 24 * time.Hour
)

// Decoys raises the alarm when somebody tries a decoy: at once for each address
// and hour; further uses are counted. It does so beside the check, which must
// not take longer than others do.
type Decoys struct {
	Store *repository.Store
	Log   *slog.Logger
	Now   func() time.Time

	used wake

	mu   sync.Mutex
	uses map[decoyKey]*decoyUse
}

type decoyKey struct {
	tokenID string
	hour    time.Time
	address string
}

type decoyUse struct {
	model.DecoyUse
	accountID string
}

// Raise notes that a decoy was presented, with all that is known of the
// question.
func (d *Decoys) Raise(tok *Cached, q Question, at time.Time) {
	if d == nil || tok.status(at) != model.StatusActive {
		return
	}
	path, _, _ := strings.Cut(q.Path, "?")
	use := decoyUse{accountID: tok.AccountID, DecoyUse: model.DecoyUse{
		TokenID: tok.ID, Hour: at.Truncate(time.Hour), Address: addressOf(q), Caller: q.Caller,
		Method: tidy(q.Method, 20), Path: tidy(path, maxDecoyPath), FirstAt: at, LastAt: at, Times: 1,
	}}
	for _, scope := range q.Scopes[:min(len(q.Scopes), maxDecoyScopes)] {
		use.Scopes = append(use.Scopes, tidy(scope, maxDecoyScope))
	}
	key := decoyKey{tok.ID, use.Hour, use.Address}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.uses == nil {
		d.uses = map[decoyKey]*decoyUse{}
	}
	if before := d.uses[key]; before != nil {
		before.LastAt = at
		before.Times++
		return
	}
	if len(d.uses) >= maxDecoyUses {
		return
	}
	d.uses[key] = &use
	d.used.up()
}

func addressOf(q Question) string {
	if !q.IP.IsValid() {
		return ""
	}
	return q.IP.Unmap().WithZone("").String()
}

// Run writes what was noted until ctx ends, and then once more.
func (d *Decoys) Run(ctx context.Context) error {
	var writing spell
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			return d.Flush(last)
		case <-d.used.wait():
		}
		err := d.Flush(ctx)
		if ctx.Err() == nil {
			writing.tell(d.Log, "tell of decoys", err)
		}
		select { // so that a flood is written seldom; the first was written at once
		case <-ctx.Done():
		case <-time.After(decoysEvery):
		}
	}
}

// Flush writes what was noted. What the database does not take is kept.
func (d *Decoys) Flush(ctx context.Context) error {
	d.mu.Lock()
	uses := d.uses
	d.uses = nil
	d.mu.Unlock()
	for key, use := range uses {
		err := d.Store.InTx(ctx, func(tx *repository.Store) error { return d.write(ctx, tx, *use) })
		if err != nil {
			d.keep(uses)
			return err
		}
		delete(uses, key)
	}
	return nil
}

// keep keeps uses for the next time.
func (d *Decoys) keep(uses map[decoyKey]*decoyUse) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.uses == nil {
		d.uses = map[decoyKey]*decoyUse{}
	}
	for key, use := range d.uses {
		if before := uses[key]; before != nil {
			before.LastAt = use.LastAt
			before.Times += use.Times
		} else {
			uses[key] = use
		}
	}
	maps.Copy(d.uses, uses)
	d.used.up()
}

// write adds to an hour of an address, and tells of it if it is the first.
func (d *Decoys) write(ctx context.Context, tx *repository.Store, use decoyUse) error {
	tok, err := tx.Tokens.ForUpdate(ctx, use.accountID, use.TokenID) // one node at a time
	if model.IsKind(err, model.KindNotFound) {                       // deleted
		return nil
	}
	if err != nil {
		return err
	}
	if again, err := tx.Decoys.Again(ctx, &use.DecoyUse); again || err != nil {
		return err
	}
	addresses, err := tx.Decoys.Addresses(ctx, use.TokenID, use.Hour)
	if err != nil {
		return err
	}
	if addresses >= maxDecoyAddresses && use.Address != "" {
		use.Address = ""
		if again, err := tx.Decoys.Again(ctx, &use.DecoyUse); again || err != nil {
			return err
		}
	}
	if err := tx.Decoys.Insert(ctx, &use.DecoyUse); err != nil {
		return err
	}
	entry := tokenEntry(system, use.FirstAt, "token.decoy_used", &tok, &tok)
	entry.Details = map[string]string{
		"address": use.Address, "caller": use.Caller, "method": use.Method, "path": use.Path,
		"scopes": strings.Join(use.Scopes, " "), "times": strconv.FormatInt(use.Times, 10),
	}
	return tx.Audit.Append(ctx, entry)
}

// ListDecoyUses is a page of who has tried a decoy of the account, the latest
// first, and the cursor of the next.
func (s *Tokens) ListDecoyUses(ctx context.Context, actor model.Actor, id string, limit int, cursor string) ([]model.DecoyUse, string, error) {
	if _, err := s.Show(ctx, actor, id); err != nil {
		return nil, "", err
	}
	page, err := newPage("decoy uses", limit, cursor, true)
	if err != nil {
		return nil, "", err
	}
	uses, err := s.Store.Decoys.OfToken(ctx, id, page)
	if err != nil {
		return nil, "", err
	}
	uses, next := cutPage(uses, page, "decoy uses", func(u *model.DecoyUse) repository.Position {
		return repository.Position{Time: u.Hour, ID: u.Address}
	})
	return uses, next, nil
}
