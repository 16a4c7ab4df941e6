package service

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// publish tells an account of an announcement.
func (s *Campaigns) publish(ctx context.Context, tx *repository.Store, a *repository.Announcement,
	account repository.Audience, data map[string]any,
) error {
	data = maps.Clone(data)
	data["tokens"] = account.Tokens
	event := &model.Event{
		Type: a.EventType, AccountID: account.AccountID, At: s.Now(), Data: data, Moment: a.ID + "/" + account.AccountID,
	}
	if err := s.Events.Publish(ctx, tx, event); err != nil || a.EntryID != "" {
		return err
	}
	return tx.Campaigns.Told(ctx, event.ID, account.AccountID, a.Version)
}

// dataOf is what all accounts are told alike; nil if there is nothing to tell any
// more.
func (s *Campaigns) dataOf(ctx context.Context, tx *repository.Store, a *repository.Announcement) (map[string]any, error) {
	if a.EntryID != "" {
		return entryData(ctx, tx, a.EntryID)
	}
	if overtaken(a, s.Now()) {
		return nil, nil //nolint:nilnil // a nearer day is told
	}
	row, err := tx.Catalogs.ByType(ctx, a.AccountType)
	if err != nil {
		return nil, err
	}
	row.Document.SetAtSunset(s.AtSunset)
	version, known := row.Document.Version(a.Version)
	if !known {
		return nil, nil //nolint:nilnil // it has been removed
	}
	data := map[string]any{
		"account_type": a.AccountType, "version": a.Version, "sunset": eventTime(a.Sunset), "docs_url": nil,
		"at_sunset": string(model.SunsetReport),
	}
	if version.DocsURL != "" {
		data["docs_url"] = version.DocsURL
	}
	if version.AtSunset != "" {
		data["at_sunset"] = string(version.AtSunset)
	}
	switch a.EventType {
	case model.EventVersionSunsetNear:
		data["days_before"] = a.DaysBefore
	case model.EventVersionRetired:
		data["refused"] = a.Refused || version.Refused(s.Now()) // the settings may have changed since it was written down
	}
	return data, nil
}

// overtaken reports whether a reminder is so late, as after days without a server,
// that a nearer one is due.
func overtaken(a *repository.Announcement, now time.Time) bool {
	if a.EventType != model.EventVersionSunsetNear {
		return false
	}
	return slices.ContainsFunc(append([]int{0}, sunsetLeads...), func(days int) bool {
		return days < a.DaysBefore && !now.Before(a.Sunset.AddDate(0, 0, -days))
	})
}

// entryData is what is told of an entry of the changelog; nil if it is gone.
func entryData(ctx context.Context, tx *repository.Store, id string) (map[string]any, error) {
	e, err := tx.Changelog.ByID(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return nil, nil //nolint:nilnil // it was deleted meanwhile
	}
	if err != nil {
		return nil, err
	}
	data := map[string]any{"entry_id": e.ID, "kind": string(e.Kind), "version": nil, "title": e.Title[""], "body": e.Body[""]}
	if e.Version != "" {
		data["version"] = e.Version
	}
	return data, nil
}
