package service

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	gatherBatch = 100 // readers
	// atOnce is how many mails a reader gets within a calm before the rest waits
	// for a digest.
	atOnce = 3
	calm   = 10 * time.Minute
)

// GatherAll puts all notices that are due into mails.
func (s *Notices) GatherAll(ctx context.Context) error {
	for {
		if more, err := s.Gather(ctx); err != nil || !more {
			return err
		}
	}
}

// Gather puts notices that are due into mails, and queues these, unless another
// node is at it. It reports whether there may be more.
func (s *Notices) Gather(ctx context.Context) (more bool, err error) {
	if due, err := s.Store.Notices.Due(ctx, s.Now(), 1); err != nil || len(due) == 0 {
		return false, err
	}
	err = s.Store.InTx(ctx, func(tx *repository.Store) error {
		more = false
		if mine, err := tx.Notices.TryLock(ctx); err != nil || !mine {
			return err
		}
		due, err := tx.Notices.Due(ctx, s.Now(), gatherBatch)
		if err != nil {
			return err
		}
		for _, reader := range due {
			if err := s.gather(ctx, tx, reader); err != nil {
				return err
			}
		}
		more = len(due) == gatherBatch
		return nil
	})
	return more, err
}

// gather puts the notices of one reader into mails: a few into one each, many
// into one. Who has just got a few waits for a digest, but not for what is
// urgent: that is never among other notices.
func (s *Notices) gather(ctx context.Context, tx *repository.Store, reader repository.NoticeReader) error {
	now := s.Now()
	notices, err := tx.Notices.Unmailed(ctx, reader)
	if err != nil {
		return err
	}
	mails, last, err := tx.Notices.LastMails(ctx, reader, now.Add(-calm))
	if err != nil {
		return err
	}
	pressing, others := partUrgent(notices)
	if err := s.mailFew(ctx, tx, pressing); err != nil {
		return err
	}
	if mails > 0 && mails+len(others) > atOnce {
		return tx.Notices.Postpone(ctx, reader, last.Add(calm))
	}
	return s.mailFew(ctx, tx, others)
}

func partUrgent(notices []model.Notice) (pressing, others []model.Notice) {
	for _, n := range notices {
		if urgent[n.Type] {
			pressing = append(pressing, n)
		} else {
			others = append(others, n)
		}
	}
	return pressing, others
}

// mailFew puts a few notices into a mail each, more into one, none into none.
func (s *Notices) mailFew(ctx context.Context, tx *repository.Store, notices []model.Notice) error {
	if len(notices) > atOnce {
		return s.mail(ctx, tx, notices)
	}
	for i := range notices {
		if err := s.mail(ctx, tx, notices[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// mail puts notices into one mail, and queues it.
func (s *Notices) mail(ctx context.Context, tx *repository.Store, notices []model.Notice) error {
	id := secret.NewID()
	if err := tx.Notices.Mail(ctx, idsOf(notices), id, s.Now()); err != nil {
		return err
	}
	return tx.Jobs.Insert(ctx, SendMail{id}, nil)
}

func idsOf(notices []model.Notice) []string {
	ids := make([]string, len(notices))
	for i := range notices {
		ids[i] = notices[i].ID
	}
	return ids
}
