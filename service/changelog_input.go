package service

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	maxTitle        = 200
	maxBody         = 20_000
	maxTranslations = 20
)

// ChangelogInput is the input of Changelog.Create and Update. In an update nil
// fields stay as they are.
type ChangelogInput struct {
	AccountTypes *[]string // whom it concerns; empty for all
	Version      *string   // empty if it concerns them all
	Kind         *model.ChangeKind
	Title        *string
	Body         *string
	Translations map[string]ChangelogText // by language, in place of all that there are
}

// ChangelogText is the text of an entry in a language.
type ChangelogText struct{ Title, Body string }

// apply sets what the input has, and judges the result.
func (in ChangelogInput) apply(ctx context.Context, tx *repository.Store, e *model.ChangelogEntry) error {
	var faults model.Faults
	if in.Kind != nil {
		e.Kind = *in.Kind
	}
	if in.Version != nil {
		e.Version = *in.Version
	}
	if in.AccountTypes != nil {
		e.AccountTypes = *in.AccountTypes
	}
	in.applyTexts(e)
	checkTexts(&faults, e)
	if in.Version != nil || in.AccountTypes != nil {
		catalogs, err := tx.Catalogs.All(ctx, false)
		if err != nil {
			return err
		}
		checkConcerned(&faults, e, catalogs)
	}
	e.AccountTypes = slices.Compact(slices.Sorted(slices.Values(e.AccountTypes)))
	return model.Invalid(faults)
}

func (in ChangelogInput) applyTexts(e *model.ChangelogEntry) {
	title, body := maps.Clone(e.Title), maps.Clone(e.Body)
	if in.Translations != nil {
		title, body = model.Text{"": e.Title[""]}, model.Text{"": e.Body[""]}
		for tag, text := range in.Translations {
			title[tag], body[tag] = oneLine(text.Title), text.Body
		}
	}
	if in.Title != nil {
		title[""] = oneLine(*in.Title)
	}
	if in.Body != nil {
		body[""] = *in.Body
	}
	e.Title, e.Body = title, body
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func checkTexts(faults *model.Faults, e *model.ChangelogEntry) {
	if len(e.Title) > maxTranslations+1 {
		faults.Add("translations", "too_many", "An entry can have at most %d translations.", maxTranslations)
	}
	for _, tag := range slices.Sorted(maps.Keys(e.Title)) {
		field := ""
		if tag != "" {
			field = "translations." + tag + "."
			if _, err := language.Parse(tag); err != nil {
				faults.Add("translations."+tag, "wrong_format", `This must be under a language tag such as "en" or "zh-CN".`)
			}
		}
		checkText(faults, field+"title", e.Title[tag], 1, maxTitle)
		checkText(faults, field+"body", e.Body[tag], 0, maxBody)
	}
}

// checkConcerned makes sure that there are the account types, and that each of
// them, or any if none is named, has the version.
func checkConcerned(faults *model.Faults, e *model.ChangelogEntry, catalogs []repository.Catalog) {
	known := func(version string) func(repository.Catalog) bool {
		return func(c repository.Catalog) bool { _, ok := c.Document.Version(version); return ok }
	}
	for i, accountType := range e.AccountTypes {
		at := rowOf(catalogs, accountType)
		switch {
		case at < 0:
			faults.Add("account_types."+strconv.Itoa(i), "unknown_type", "The catalog has no such account type.")
		case e.Version != "" && !known(e.Version)(catalogs[at]):
			faults.Add("version", "unknown_version", "The account type %s has no such API version.", accountType)
		}
	}
	if len(e.AccountTypes) == 0 && e.Version != "" && !slices.ContainsFunc(catalogs, known(e.Version)) {
		faults.Add("version", "unknown_version", "No account type has such an API version.")
	}
}

// changelogEntry is an audit entry for what an actor did to an entry, of which
// before is nil if it is new and after if it is gone.
func changelogEntry(actor model.Actor, at time.Time, action, id string, before, after *model.ChangelogEntry) *model.AuditEntry {
	entry := newEntry(actor, at, action, "changelog", id)
	was, is := changelogFacts(before), changelogFacts(after)
	entry.Changes = differences(was, is)
	for field, value := range was {
		if _, stays := is[field]; !stays && !isEmpty(value) {
			entry.Changes[field] = model.Change{Old: value}
		}
	}
	return entry
}

func changelogFacts(e *model.ChangelogEntry) map[string]any {
	if e == nil {
		return nil
	}
	facts := map[string]any{"account_types": e.AccountTypes, "version": e.Version, "kind": string(e.Kind)}
	for tag := range e.Title {
		place := ""
		if tag != "" {
			place = "translations." + tag + "."
		}
		facts[place+"title"], facts[place+"body"] = e.Title[tag], e.Body[tag]
	}
	return facts
}
