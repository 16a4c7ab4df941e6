package service

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"

	"github.com/tokenry/tokenry/internal/mail"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	gatherEvery  = time.Second
	measureEvery = 15 * time.Second
	// keepWaiting is how long a notice may wait, as for a mail server. After
	// that, nobody wants to hear of it.
	keepWaiting = 30 * 24 * time.Hour
	// unwrittenWait is how long a mail waits that could not be written in days.
	unwrittenWait = 24 * time.Hour
	// keepNotices is how long it can be seen who was told of what.
	keepNotices = 400 * 24 * time.Hour
)

// Notices tells people by mail of events that concern them.
type Notices struct {
	Store *repository.Store
	Mail  *mail.Server // nil if there is none: notices wait
	Keys  *Keys
	// PublicURL is where people find this server, with no slash at its end.
	PublicURL string
	// Acknowledge gives the URL at which a reader says that they know of a notice;
	// empty for notices that nobody need acknowledge.
	Acknowledge func(notice *model.Notice, event *model.Event) string
	Log         *slog.Logger
	Now         func() time.Time

	// Sent and Refused count mails that the mail server has taken over, and
	// attempts that have failed.
	Sent, Refused atomic.Uint64
	backlog       atomic.Pointer[repository.NoticeBacklog]
}

// MailQueue is the queue of mails to be sent. Only servers that know a mail
// server may work on it.
const MailQueue = "mail"

// SendMail is the job of sending a mail.
type SendMail struct {
	MailID string `json:"mail_id"`
}

// Kind is what the job is called in the database.
func (SendMail) Kind() string { return "send_mail" }

// InsertOpts are for every mail: River's usual pauses between as many attempts
// come to four days.
func (SendMail) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: MailQueue, MaxAttempts: 17}
}

// MailWorker sends mails.
type MailWorker struct {
	river.WorkerDefaults[SendMail]
	Notices *Notices
}

// Work sends a mail. An error has it tried again. At the last attempt it is not
// the mail server's: nobody has refused the mail, so it is not given up.
func (w *MailWorker) Work(ctx context.Context, job *river.Job[SendMail]) error {
	err := w.Notices.Send(ctx, job.Args.MailID, job.Attempt, job.MaxAttempts)
	if err != nil && job.Attempt >= job.MaxAttempts {
		w.Notices.Log.Warn("a mail cannot be written", "mail", job.Args.MailID, "error", err)
		return river.JobSnooze(unwrittenWait)
	}
	return err
}

// Run puts notices into mails until ctx ends, if there is a mail server.
func (s *Notices) Run(ctx context.Context) error {
	gather, measure := time.NewTicker(gatherEvery), time.NewTicker(measureEvery)
	defer gather.Stop()
	defer measure.Stop()
	var gathering, measuring spell
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-gather.C:
			if s.Mail == nil {
				continue
			}
			if err := s.GatherAll(ctx); ctx.Err() == nil {
				gathering.tell(s.Log, "put notices into mails", err)
			}
		case <-measure.C:
			if err := s.Measure(ctx); ctx.Err() == nil {
				measuring.tell(s.Log, "count notices that wait", err)
			}
		}
	}
}

// Measure counts what waits, and drops what has waited for too long.
func (s *Notices) Measure(ctx context.Context) error {
	now := s.Now()
	if _, err := s.Store.Notices.Expire(ctx, now.Add(-keepWaiting), now, reasonTooOld); err != nil {
		return err
	}
	backlog, err := s.Store.Notices.Backlog(ctx)
	if err != nil {
		return err
	}
	s.backlog.Store(&backlog)
	return nil
}

// Waiting is how many notices have not been sent, and for how long the oldest of
// them has waited, as of a few seconds ago.
func (s *Notices) Waiting() (count int64, oldest time.Duration) {
	backlog := s.backlog.Load()
	if backlog == nil || backlog.Oldest == nil {
		return 0, 0
	}
	return backlog.Waiting, s.Now().Sub(*backlog.Oldest)
}
