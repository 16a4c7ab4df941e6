package service

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tokenry/tokenry/internal/mail"
	"github.com/tokenry/tokenry/model"
)

// toldTokens is how many tokens a notice names at most.
const toldTokens = 20

// told is the data of events as far as mails tell it.
type told struct {
	Token struct {
		Name       string     `json:"name"`
		SecretHint string     `json:"secret_hint"`
		ExpiresAt  *time.Time `json:"expires_at"`
	} `json:"token"`
	Actor struct {
		Kind model.ActorKind `json:"kind"`
		Name string          `json:"name"`
	} `json:"actor"`
	Reason         string         `json:"reason"`
	Cause          string         `json:"cause"`
	URL            string         `json:"url"`
	Secret         string         `json:"secret"`
	Outcome        string         `json:"outcome"`
	Address        string         `json:"address"`
	Method         string         `json:"method"`
	Path           string         `json:"path"`
	Changes        map[string]any `json:"changes"`
	PreviousEndsAt *time.Time     `json:"previous_ends_at"`
	LastUsedAt     *time.Time     `json:"last_used_at"`
	DisableAt      *time.Time     `json:"disable_at"`
	Member         struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"member"`
	Webhook struct {
		ID          string `json:"id"`
		Host        string `json:"host"`
		Description string `json:"description"`
	} `json:"webhook"`
	FailingSince *time.Time `json:"failing_since"`
	Status       int        `json:"status"`

	Version  string         `json:"version"`
	Sunset   *time.Time     `json:"sunset"`
	DocsURL  string         `json:"docs_url"`
	AtSunset model.AtSunset `json:"at_sunset"`
	Refused  bool           `json:"refused"`
	EntryID  string         `json:"entry_id"`
}

// tell is what a mail in a language tells of an event, or nil if it is not so any
// more.
func (s *Notices) tell(ctx context.Context, n *model.Notice, event *model.Event, language string) (*mail.Notice, error) {
	var d told
	raw, err := json.Marshal(event.Data)
	if err == nil {
		err = json.Unmarshal(raw, &d)
	}
	if err != nil {
		return nil, fmt.Errorf("read event %s: %w", event.ID, err)
	}
	notice := &mail.Notice{Type: event.Type, At: event.At, Actor: d.actor(), Reason: d.Reason}
	switch {
	case event.TokenID != "":
		return s.tellOfToken(ctx, notice, event, &d)
	case event.Type == model.EventContactMissing:
		return s.tellOfContact(ctx, notice, event, &d)
	case strings.HasPrefix(event.Type, "version."):
		return s.tellOfVersion(ctx, notice, n, event, &d)
	case event.Type == model.EventChangelogPublished:
		return s.tellOfEntry(ctx, notice, &d, language)
	case event.Type == model.EventWebhookDisabled:
		return s.tellOfWebhook(ctx, notice, event, &d)
	}
	return notice, nil
}

// tellOfEntry has the text of an entry of the changelog as it is now, in a
// language if it is translated.
func (s *Notices) tellOfEntry(ctx context.Context, notice *mail.Notice, d *told, language string) (*mail.Notice, error) {
	e, err := s.Store.Changelog.ByID(ctx, d.EntryID)
	if model.IsKind(err, model.KindNotFound) {
		return nil, nil //nolint:nilnil // it was deleted meanwhile
	}
	if err != nil {
		return nil, err
	}
	notice.Kind, notice.Version = string(e.Kind), e.Version
	notice.Title, notice.Summary = e.Title.In(language), shortened(e.Body.In(language))
	return notice, nil
}

// tellOfWebhook says why a webhook was disabled, unless somebody has enabled or
// deleted it since.
func (s *Notices) tellOfWebhook(ctx context.Context, notice *mail.Notice, event *model.Event, d *told) (*mail.Notice, error) {
	w, err := s.Store.Webhooks.ByID(ctx, event.AccountID, d.Webhook.ID)
	if model.IsKind(err, model.KindNotFound) {
		return nil, nil //nolint:nilnil // nothing to tell
	}
	if err != nil || w.DisabledAt == nil || w.DisabledAt.After(event.At) { // the last is told by another notice
		return nil, err
	}
	notice.Reason = "" // the text says it
	notice.Webhook = &mail.Webhook{
		ID: d.Webhook.ID, Host: d.Webhook.Host, Description: d.Webhook.Description,
		Reason: d.Reason, FailingSince: d.FailingSince, Outcome: d.Outcome, Status: d.Status,
	}
	return notice, nil
}

// summaryLength is how much of an entry of the changelog a mail has, in
// characters.
const summaryLength = 600

func shortened(text string) string {
	if r := []rune(text); len(r) > summaryLength {
		return strings.TrimSpace(string(r[:summaryLength])) + "…"
	}
	return text
}

// tellOfVersion names the tokens of the version that the reader looks after.
func (s *Notices) tellOfVersion(ctx context.Context, notice *mail.Notice, n *model.Notice, event *model.Event, d *told) (*mail.Notice, error) {
	tokens, count, err := s.Store.Notices.TokensOf(ctx, n, d.Version, toldTokens)
	if err != nil || count == 0 || event.Type == model.EventVersionSunsetNear && d.Sunset != nil && !s.Now().Before(*d.Sunset) {
		return nil, err
	}
	notice.Tokens, notice.Count = mailTokens(tokens), int(count)
	notice.Version, notice.Sunset, notice.DocsURL = d.Version, d.Sunset, d.DocsURL
	notice.Refuses = d.AtSunset == model.SunsetRefuse || d.Refused
	if s.Acknowledge != nil {
		notice.Acknowledge = s.Acknowledge(n, event)
	}
	return notice, nil
}

func (d *told) actor() string {
	if d.Actor.Name == "" && d.Actor.Kind == model.ActorSystem {
		return "Tokenry"
	}
	return d.Actor.Name
}

// tellOfToken fills in the facts of the event's token as it is now.
func (s *Notices) tellOfToken(ctx context.Context, notice *mail.Notice, event *model.Event, d *told) (*mail.Notice, error) {
	tok, err := s.Store.Tokens.OfAccount(ctx, event.AccountID, event.TokenID)
	if err != nil {
		return nil, err
	}
	notice.Tokens = []mail.Token{{ID: tok.ID, Name: tok.Name, Hint: tok.Secret.Hint, Version: tok.Version}}
	notice.Count = 1
	now, status := s.Now(), tok.Status(s.Now())
	switch event.Type {
	case model.EventTokenExpiring, model.EventTokenExpired:
		notice.ExpiresAt = tok.ExpiresAt
		want := model.StatusActive
		if event.Type == model.EventTokenExpired {
			want = model.StatusExpired
		}
		if status != want || !sameMoment(tok.ExpiresAt, d.Token.ExpiresAt) {
			return nil, nil //nolint:nilnil // nothing to tell
		}
	case model.EventTokenUnused:
		notice.LastUsedAt, notice.DisabledOn = d.LastUsedAt, d.DisableAt
		if status != model.StatusActive || tok.UpdatedAt.After(event.At) || tok.LastUsedAt != nil && tok.LastUsedAt.After(event.At) {
			return nil, nil //nolint:nilnil // nothing to tell
		}
	case model.EventTokenPreviousSecretUsed:
		notice.GraceEnds, notice.LastUsedAt = d.PreviousEndsAt, d.LastUsedAt
		if lives, err := s.previousLives(ctx, tok.ID, now); err != nil || !lives || tok.RevokedAt != nil {
			return nil, err
		}
	case model.EventTokenRotated:
		if d.PreviousEndsAt != nil && d.PreviousEndsAt.After(event.At) {
			notice.GraceEnds = d.PreviousEndsAt
		}
	case model.EventTokenDisabled, model.EventTokenRevoked:
		if d.Cause == causeLeak { // the notice of the leak tells it
			return nil, nil //nolint:nilnil // nothing to tell
		}
	case model.EventTokenLeaked:
		notice.Found, notice.Outcome = d.URL, d.Outcome
		if d.Secret == secretEnded {
			notice.Outcome = secretEnded
		}
	case model.EventTokenDecoyUsed:
		notice.IP, notice.Route = d.Address, strings.TrimSpace(d.Method+" "+d.Path)
	case model.EventTokenChanged:
		notice.Fields = slices.Sorted(maps.Keys(d.Changes))
	}
	return notice, nil
}

// sameMoment compares to the second, as events have it.
func sameMoment(a, b *time.Time) bool {
	return a != nil && b != nil && a.Truncate(time.Second).Equal(b.Truncate(time.Second))
}

// previousLives reports whether a replaced secret of the token is still
// accepted.
func (s *Notices) previousLives(ctx context.Context, tokenID string, now time.Time) (bool, error) {
	secrets, err := s.Store.Secrets.OfToken(ctx, tokenID)
	return slices.ContainsFunc(secrets, func(p model.PreviousSecret) bool { return p.ExpiresAt.After(now) && p.EndedAt == nil }), err
}

// tellOfContact names the tokens that have no contact.
func (s *Notices) tellOfContact(ctx context.Context, notice *mail.Notice, event *model.Event, d *told) (*mail.Notice, error) {
	member, err := s.Store.Members.ByID(ctx, event.AccountID, d.Member.ID)
	if err != nil || member.State == model.MemberActive {
		return nil, err
	}
	tokens, count, err := s.Store.Events.InCareOf(ctx, event.AccountID, member.ID, toldTokens)
	if err != nil || count == 0 {
		return nil, err
	}
	notice.Member, notice.Count = member.Name, int(count)
	notice.Tokens = mailTokens(tokens)
	return notice, nil
}

func mailTokens(tokens []model.Token) []mail.Token {
	all := make([]mail.Token, len(tokens))
	for i := range tokens {
		all[i] = mail.Token{ID: tokens[i].ID, Name: tokens[i].Name, Hint: tokens[i].Secret.Hint, Version: tokens[i].Version}
	}
	return all
}
