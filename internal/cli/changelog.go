package cli

import (
	"context"
	"strings"

	"github.com/tokenry/tokenry/client"
)

type changelogCommand struct {
	List    changelogList    `cmd:"" help:"List what has changed in the API."`
	Add     changelogAdd     `cmd:"" help:"Write of a change of the API, and tell the accounts whose tokens it concerns."`
	Publish changelogPublish `cmd:"" help:"Publish a draft, and tell the accounts whose tokens it concerns."`
	Delete  changelogDelete  `cmd:"" help:"Remove an entry."`
}

type changelogList struct {
	server
	output
	Type    string `placeholder:"TYPE" help:"Only what concerns this account type."`
	Version string `placeholder:"VERSION" help:"Only what concerns this API version."`
	Kind    string `enum:",added,changed,deprecated,removed,fixed,security" default:"" placeholder:"KIND" help:"Only this: added, changed, deprecated, removed, fixed or security."` //nolint:lll // a tag is one line
	Drafts  bool   `help:"What is not published yet, in its place."`
	Limit   int    `short:"n" placeholder:"N" help:"Print no more than N entries."`
}

// Run prints the changelog.
func (c *changelogList) Run(ctx context.Context, env *Env) error {
	tokenry, err := c.connect(env)
	if err != nil {
		return err
	}
	params := client.ListChangelogParams{
		AccountType: given(c.Type), Version: given(c.Version), Kind: given(client.ChangeKind(c.Kind)), Drafts: &c.Drafts,
	}
	entries, next, err := pages(c.Limit, func(limit int, cursor *string) ([]client.ChangelogEntry, *string, error) {
		params.Limit, params.Cursor = &limit, cursor
		list, err := tokenry.ListChangelog(ctx, params)
		return list.Items, list.NextCursor, err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return env.json(client.ChangelogList{Items: entries, NextCursor: next})
	}
	rows := make([][]string, len(entries))
	for i, e := range entries {
		rows[i] = []string{e.ID, moment(e.PublishedAt, "draft"), string(e.Kind), concerned(e.AccountTypes), orAll(e.Version), e.Title}
	}
	return env.table([]string{"ID", "PUBLISHED", "KIND", "TYPES", "VERSION", "TITLE"}, rows)
}

// concerned is whom an entry concerns.
func concerned(types []string) string {
	if len(types) == 0 {
		return "all"
	}
	return strings.Join(types, ", ")
}

func orAll(version *string) string {
	if version == nil {
		return "all"
	}
	return *version
}

type changelogAdd struct {
	server
	output
	Kind     string   `required:"" enum:"added,changed,deprecated,removed,fixed,security" placeholder:"KIND" help:"What sort of change: added, changed, deprecated, removed, fixed or security."` //nolint:lll // a tag is one line
	Title    string   `required:"" placeholder:"TEXT" help:"One line."`
	BodyFile string   `placeholder:"FILE" help:"Plain text; an empty line begins a new paragraph. - for stdin."`
	Type     []string `placeholder:"TYPE" help:"Account types that it concerns; all unless given."`
	Version  string   `placeholder:"VERSION" help:"API version that it concerns; all unless given."`
	Draft    bool     `help:"Publish it later."`
}

// Run adds an entry to the changelog.
func (c *changelogAdd) Run(ctx context.Context, env *Env) error {
	body := ""
	if c.BodyFile != "" {
		file, err := readFile(env, c.BodyFile)
		if err != nil {
			return err
		}
		body = strings.TrimSpace(string(file))
	}
	tokenry, err := c.connect(env)
	if err != nil {
		return err
	}
	e, err := tokenry.CreateChangelogEntry(ctx, client.CreateChangelogEntryRequest{
		Kind: client.ChangeKind(c.Kind), Title: c.Title, Body: &body, AccountTypes: c.Type, Version: given(c.Version), Draft: &c.Draft,
	})
	if err != nil {
		return err
	}
	return env.printEntry(c.JSON, e)
}

type changelogPublish struct {
	server
	output
	ID id `arg:"" help:"Id of the entry."`
}

// Run publishes a draft.
func (c *changelogPublish) Run(ctx context.Context, env *Env) error {
	tokenry, err := c.connect(env)
	if err != nil {
		return err
	}
	e, err := tokenry.PublishChangelogEntry(ctx, string(c.ID))
	if err != nil {
		return err
	}
	return env.printEntry(c.JSON, e)
}

func (e *Env) printEntry(asJSON bool, entry client.ChangelogEntry) error {
	if asJSON {
		return e.json(entry)
	}
	state := "a draft"
	if entry.PublishedAt != nil {
		state = "published"
	}
	e.printf("The entry %s is %s.\n", entry.ID, state)
	return nil
}

type changelogDelete struct {
	server
	ID id `arg:"" help:"Id of the entry."`
}

// Run removes an entry.
func (c *changelogDelete) Run(ctx context.Context, env *Env) error {
	tokenry, err := c.connect(env)
	if err != nil {
		return err
	}
	if err := tokenry.DeleteChangelogEntry(ctx, string(c.ID)); err != nil {
		return err
	}
	env.printf("The entry %s is gone.\n", c.ID)
	return nil
}
