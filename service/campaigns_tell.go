package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	tellEvery = 15 * time.Second
	tellBatch = 100 // accounts that are told in a transaction
)

// sunsetLeads is how many days before its sunset people are reminded of a
// version.
var sunsetLeads = []int{90, 30, 7, 1}

// Run tells accounts what is due, until ctx ends.
func (s *Campaigns) Run(ctx context.Context) error {
	ticker := time.NewTicker(tellEvery)
	defer ticker.Stop()
	var telling spell
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if err := s.Tell(ctx); ctx.Err() == nil {
			telling.tell(s.Log, "tell of versions and of the changelog", err)
		}
	}
}

// Tell finds what accounts are to be told of versions, and tells all that is due,
// as far as no other node is at it.
func (s *Campaigns) Tell(ctx context.Context) error {
	return errors.Join(s.inSteps(ctx, s.announce), s.inSteps(ctx, s.tell))
}

// inSteps does a step, each in a transaction, until there is no more to do.
func (s *Campaigns) inSteps(ctx context.Context, step func(context.Context, *repository.Store) (more bool, err error)) error {
	for more := true; more; {
		err := s.Store.InTx(ctx, func(tx *repository.Store) (err error) {
			more, err = step(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// announce brings the announcements of versions up to date with a catalog that
// has changed.
func (s *Campaigns) announce(ctx context.Context, tx *repository.Store) (bool, error) {
	row, found, err := tx.Announcements.Unannounced(ctx)
	if err != nil || !found {
		return false, err
	}
	known, err := tx.Announcements.Keys(ctx, row.AccountType)
	if err != nil {
		return false, err
	}
	row.Document.SetAtSunset(s.AtSunset)
	p := program{accountType: row.AccountType, now: s.Now(), known: known}
	for i := range row.Document.Versions {
		p.version(&row.Document.Versions[i])
	}
	gone := slices.DeleteFunc(slices.Clone(known), func(key string) bool { return slices.Contains(p.keys, key) })
	if err := tx.Announcements.Withdraw(ctx, gone...); err != nil {
		return false, err
	}
	if err := tx.Announcements.Insert(ctx, p.added...); err != nil {
		return false, err
	}
	return true, tx.Announcements.Announced(ctx, &row)
}

// program is what is to be told of the versions of a catalog, now and later.
type program struct {
	accountType string
	now         time.Time
	known       []string // keys of what is announced already
	keys        []string // of all that is to be told, or was
	added       []repository.Announcement
}

// version adds what is to be told of a version. Who is told that it is deprecated
// is told of its sunset too, and not of days before it that have passed.
func (p *program) version(v *model.Version) {
	switch {
	case v.State == model.VersionRetired:
		p.retired(v)
		return
	case v.State == model.VersionCurrent && v.Sunset == nil:
		return
	}
	deprecated := repository.Announcement{EventType: model.EventVersionDeprecated, DueAt: p.now}
	if v.Sunset == nil {
		p.add(v, deprecated)
		return
	}
	if !p.now.Before(*v.Sunset) { // that it has ended says enough
		deprecated.DoneAt = &p.now
	}
	p.add(v, deprecated)
	for _, days := range sunsetLeads {
		a := repository.Announcement{EventType: model.EventVersionSunsetNear, DaysBefore: days, DueAt: v.Sunset.AddDate(0, 0, -days)}
		if !p.now.Before(a.DueAt) {
			a.DoneAt = &p.now
		}
		p.add(v, a)
	}
	p.add(v, repository.Announcement{
		EventType: model.EventVersionRetired, DueAt: *v.Sunset, Refused: v.AtSunset == model.SunsetRefuse,
	})
}

// retired adds that a version is retired, unless that was told at its sunset.
func (p *program) retired(v *model.Version) {
	a := repository.Announcement{EventType: model.EventVersionRetired, DueAt: p.now, Refused: true}
	before := strings.Join([]string{a.EventType, p.accountType, v.ID, ""}, "/")
	for _, key := range p.known {
		if strings.HasPrefix(key, before) && strings.HasSuffix(key, "/refused") {
			p.keys = append(p.keys, key)
			return
		}
	}
	p.add(v, a)
}

// add adds an announcement, unless it is there.
func (p *program) add(v *model.Version, a repository.Announcement) {
	a.ID, a.AccountType, a.Version, a.Sunset = secret.NewID(), p.accountType, v.ID, v.Sunset
	sunset := "-"
	if v.Sunset != nil {
		sunset = v.Sunset.UTC().Format(time.RFC3339)
	}
	parts := []string{a.EventType, a.AccountType, a.Version, sunset}
	if a.DaysBefore > 0 {
		parts = append(parts, fmt.Sprint(a.DaysBefore))
	}
	if a.Refused {
		parts = append(parts, "refused")
	}
	a.Key = strings.Join(parts, "/")
	p.keys = append(p.keys, a.Key)
	if !slices.Contains(p.known, a.Key) {
		p.added = append(p.added, a)
	}
}

// tell goes on with the announcement that was due first.
func (s *Campaigns) tell(ctx context.Context, tx *repository.Store) (bool, error) {
	now := s.Now()
	a, found, err := tx.Announcements.Due(ctx, now)
	if err != nil || !found {
		return false, err
	}
	accounts, err := tx.Announcements.Audience(ctx, &a, now, tellBatch)
	if err != nil {
		return false, err
	}
	data, err := s.dataOf(ctx, tx, &a)
	if err != nil {
		return false, err
	}
	for _, account := range accounts {
		if a.ToldUpTo = account.AccountID; account.Tokens == 0 || data == nil {
			continue
		}
		if err := s.publish(ctx, tx, &a, account, data); err != nil {
			return false, err
		}
	}
	if len(accounts) < tellBatch || data == nil {
		a.DoneAt = &now
	}
	return true, tx.Announcements.Told(ctx, &a)
}
