package service

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// gatherFor is how long notices are gathered before they are put into mails.
const gatherFor = 5 * time.Second

// audience is who is told of a type of event.
type audience struct {
	contact    bool // the primary contact
	developers bool // the developer e-mails
	admins     bool // the account's
	notActor   bool // but not who did it
}

var (
	everybody = audience{contact: true, developers: true}
	others    = audience{contact: true, developers: true, notActor: true}
)

// audiences is who is told of what, by the type of the event. Nobody gets mail
// about a type that is not here. A new secret is told to who made it, too: it
// may have been somebody else with their session.
var audiences = map[string]audience{
	model.EventTokenCreated:            everybody,
	model.EventTokenChanged:            others,
	model.EventTokenRotated:            everybody,
	model.EventTokenDisabled:           others,
	model.EventTokenEnabled:            others,
	model.EventTokenRevoked:            others,
	model.EventTokenDeleted:            others,
	model.EventTokenExpiring:           everybody,
	model.EventTokenExpired:            everybody,
	model.EventTokenUnused:             everybody,
	model.EventTokenPreviousSecretUsed: everybody,
	model.EventTokenLeaked:             {contact: true, developers: true, admins: true},
	model.EventTokenDecoyUsed:          {contact: true, admins: true},
	model.EventVersionDeprecated:       everybody,
	model.EventVersionSunsetNear:       everybody,
	model.EventVersionRetired:          everybody,
	model.EventChangelogPublished:      {contact: true},
	model.EventContactMissing:          {admins: true},
	model.EventWebhookDisabled:         {admins: true, notActor: true},
}

// urgent is what is never gathered for longer, and what nobody can unsubscribe
// from.
var urgent = map[string]bool{model.EventTokenLeaked: true, model.EventTokenDecoyUsed: true}

// Queue stores a notice of the event for each of those who are to be told. It is
// a Subscriber of Events.
func (s *Notices) Queue(ctx context.Context, tx *repository.Store, event *model.Event) error {
	who, ok := audiences[event.Type]
	actor, _ := event.Data["actor"].(map[string]any)
	if !ok || event.Type == model.EventTokenCreated && actor["kind"] == string(model.ActorSystem) { // the first start is no news
		return nil
	}
	r := &readers{tx: tx, event: event, seen: map[string]bool{}}
	if err := r.find(ctx, who); err != nil {
		return err
	}
	now := s.Now()
	for i := range r.notices {
		n := &r.notices[i]
		n.ID, n.EventID, n.Type = secret.NewID(), event.ID, event.Type
		n.AccountID, n.TokenID = event.AccountID, event.TokenID
		n.State, n.CreatedAt, n.DueAt = model.NoticeWaiting, now, now.Add(gatherFor)
	}
	return tx.Notices.Insert(ctx, r.notices)
}

// readers finds who is told of an event, each address once.
type readers struct {
	tx       *repository.Store
	event    *model.Event
	skip     string // id of a member who is not told
	language string // of who has no record
	seen     map[string]bool
	notices  []model.Notice
}

func (r *readers) find(ctx context.Context, who audience) error {
	r.language = "en"
	if actor, ok := r.event.Data["actor"].(map[string]any); ok && who.notActor && actor["kind"] == string(model.ActorMember) {
		r.skip, _ = actor["id"].(string)
	}
	contacts, developers, err := r.behind(ctx)
	if err != nil {
		return err
	}
	missing := false
	for i, id := range contacts {
		member, err := r.tx.Members.ByID(ctx, r.event.AccountID, id)
		if err != nil && !model.IsKind(err, model.KindNotFound) {
			return err
		}
		if i == 0 && member.Language != "" {
			r.language = member.Language
		}
		switch {
		case err != nil || member.State != model.MemberActive:
			missing = true
		case who.contact:
			r.member(&member, model.NoticeContact)
		}
	}
	// What nobody would hear, the admins do.
	if who.admins || who.contact && (missing || len(contacts) == 0 && r.event.TokenID != "") {
		if err := r.admins(ctx); err != nil {
			return err
		}
	}
	if who.developers {
		for _, email := range developers {
			r.add(model.Notice{Email: email, Role: model.NoticeDeveloper, Language: r.language})
		}
	}
	return nil
}

// behind is who looks after the tokens that the event is about.
func (r *readers) behind(ctx context.Context) (contacts, developers []string, err error) {
	switch {
	case r.event.TokenID != "":
		tok, err := r.tx.Tokens.OfAccount(ctx, r.event.AccountID, r.event.TokenID)
		if err != nil {
			return nil, nil, err
		}
		if tok.PrimaryContact != "" {
			contacts = []string{tok.PrimaryContact}
		}
		return contacts, tok.Developers, nil
	case audiences[r.event.Type].contact:
		version, _ := r.event.Data["version"].(string)
		return r.tx.Notices.ContactsOf(ctx, r.event.AccountID, version)
	}
	return nil, nil, nil
}

func (r *readers) admins(ctx context.Context) error {
	admins, err := r.tx.Notices.Admins(ctx, r.event.AccountID)
	for i := range admins {
		r.member(&admins[i], model.NoticeAdmin)
	}
	return err
}

func (r *readers) member(m *model.Member, role model.NoticeRole) {
	if m.ID == r.skip {
		r.seen[model.Fold(m.Email)] = true
		return
	}
	r.add(model.Notice{Email: m.Email, MemberID: m.ID, Name: m.Name, Role: role, Language: m.Language})
}

func (r *readers) add(n model.Notice) {
	n.EmailFolded = model.Fold(n.Email)
	if !r.seen[n.EmailFolded] {
		r.seen[n.EmailFolded] = true
		r.notices = append(r.notices, n)
	}
}
