package repository

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"github.com/tokenry/tokenry/model"
)

// Sessions is the tables of people who are signed in, and of links to sign in
// by.
type Sessions struct{ table }

// Insert stores a new session.
func (r Sessions) Insert(ctx context.Context, session *model.Session) error {
	return classify(r.with(ctx).Create(session).Error)
}

// ByDigest is the session of that digest, unless it has ended by the given
// moment.
func (r Sessions) ByDigest(ctx context.Context, digest []byte, now time.Time) (model.Session, error) {
	var session model.Session
	err := r.with(ctx).Where("digest = ? AND expires_at > ?", digest, now).Take(&session).Error
	return session, classify(err)
}

// Seen notes that a session is in use, and lets it go on until a later end.
func (r Sessions) Seen(ctx context.Context, digest []byte, at, expires time.Time) error {
	return classify(r.with(ctx).Model(&model.Session{}).Where("digest = ? AND last_seen_at < ?", digest, at).
		Updates(map[string]any{"last_seen_at": at, "expires_at": expires}).Error)
}

// End removes a session, and gives it. If there is none it is not found.
func (r Sessions) End(ctx context.Context, digest []byte) (model.Session, error) {
	var ended []model.Session
	err := r.with(ctx).Clauses(clause.Returning{}).Where("digest = ?", digest).Delete(&ended).Error
	if err != nil || len(ended) == 0 {
		return model.Session{}, orNotFound(err)
	}
	return ended[0], nil
}

// EndOf removes the sessions of a member, and the links for them.
func (r Sessions) EndOf(ctx context.Context, memberID string) error {
	if err := r.with(ctx).Where("member_id = ?", memberID).Delete(&model.Session{}).Error; err != nil {
		return classify(err)
	}
	return classify(r.with(ctx).Where("member_id = ?", memberID).Delete(&model.SignInLink{}).Error)
}

// InsertLink stores a new link.
func (r Sessions) InsertLink(ctx context.Context, link *model.SignInLink) error {
	return classify(r.with(ctx).Create(link).Error)
}

// HasLink reports whether there is a link of that digest.
func (r Sessions) HasLink(ctx context.Context, digest []byte) (bool, error) {
	var links int64
	err := r.with(ctx).Model(&model.SignInLink{}).Where("digest = ?", digest).Count(&links).Error
	return links > 0, classify(err)
}

// TakeLink removes a link, and gives it. Of several that take the same one, all
// others do not find it.
func (r Sessions) TakeLink(ctx context.Context, digest []byte) (model.SignInLink, error) {
	var taken []model.SignInLink
	err := r.with(ctx).Clauses(clause.Returning{}).Where("digest = ?", digest).Delete(&taken).Error
	if err != nil || len(taken) == 0 {
		return model.SignInLink{}, orNotFound(err)
	}
	return taken[0], nil
}

func orNotFound(err error) error {
	if err == nil {
		return model.NotFound()
	}
	return classify(err)
}

// Forget removes what has ended by a moment.
func (r Sessions) Forget(ctx context.Context, by time.Time) error {
	if err := r.with(ctx).Where("expires_at <= ?", by).Delete(&model.Session{}).Error; err != nil {
		return classify(err)
	}
	return classify(r.with(ctx).Where("expires_at <= ?", by).Delete(&model.SignInLink{}).Error)
}
