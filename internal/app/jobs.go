package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

const (
	// A job that takes longer is given up and tried again; so is, a little later,
	// one whose node was killed.
	jobTimeout = 30 * time.Second
	jobRescue  = 45 * time.Second
	// jobStop is how long jobs may go on when the server stops.
	jobStop = 5 * time.Second
	// mailsAtOnce is how many mails a node sends at once.
	mailsAtOnce = 8
)

// workers is what works on jobs, and how many at once of each queue.
func (s *services) workers() (*river.Workers, map[string]river.QueueConfig) {
	workers, queues := river.NewWorkers(), map[string]river.QueueConfig{}
	river.AddWorker(workers, &service.MailWorker{Notices: s.notices})
	if s.notices.HasMail() {
		queues[service.MailQueue] = river.QueueConfig{MaxWorkers: mailsAtOnce}
	}
	river.AddWorker(workers, river.WorkFunc(s.webhooks.Work))
	queues[service.WebhookQueue] = river.QueueConfig{MaxWorkers: service.WebhookWorkers}
	return workers, queues
}

// newJobs makes what works on the jobs of this node.
func (s *services) newJobs(log *slog.Logger) (*repository.Workers, error) {
	workers, queues := s.workers()
	return s.store.Workers(&river.Config{
		ID: s.node.ID, Workers: workers, Queues: queues,
		JobTimeout: jobTimeout, RescueStuckJobsAfter: jobRescue, SoftStopTimeout: jobStop,
		// Polling is a query a second for each queue, and needs no connection that listens.
		PollOnly: true, FetchPollInterval: time.Second,
		// Reindexing needs the right to change tables, which a server may lack.
		ReindexerIndexNames: []string{},
		Logger:              slog.New(warnings{log.Handler(), &sync.Map{}}),
	})
}

// work works on jobs until ctx ends.
func (s *services) work(ctx context.Context, log *slog.Logger) (err error) {
	jobs, err := s.newJobs(log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, jobs.Close()) }()
	for failing := false; ; failing = true {
		err := jobs.Start(context.WithoutCancel(ctx))
		if err == nil {
			break
		}
		if !failing {
			log.Warn("jobs wait for the database", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
	<-ctx.Done()
	return jobs.Stop(context.WithoutCancel(ctx)) // which jobStop bounds
}

// repeatedAfter is when a message of River is told again that comes on and on.
const repeatedAfter = time.Minute

// warnings passes on what is at least a warning, as one: jobs are tried again. The
// rest of River's log is of no use to people, nor is the same message each second
// while the database is away.
type warnings struct {
	slog.Handler
	told *sync.Map // when each message was told last
}

// Enabled reports whether the level is one that is passed on.
func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

// Handle passes a line on.
func (w warnings) Handle(ctx context.Context, line slog.Record) error {
	if last, ok := w.told.Load(line.Message); ok && line.Time.Sub(last.(time.Time)) < repeatedAfter {
		return nil
	}
	w.told.Store(line.Message, line.Time)
	line.Level = slog.LevelWarn
	return w.Handler.Handle(ctx, line)
}

// WithAttrs keeps the filter.
func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs), w.told}
}

// WithGroup keeps the filter.
func (w warnings) WithGroup(name string) slog.Handler {
	return warnings{w.Handler.WithGroup(name), w.told}
}
