package repository_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/repository"
)

// greeting is a job that some test knows.
type greeting struct {
	Name string `json:"name"`
}

// Kind names the job.
func (greeting) Kind() string { return "greeting" }

func TestJobsAreThoseOfCommittedTransactions(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := db.Open(t)
		greeted := workGreetings(t, store)
		undone := errors.New("undone")
		err := store.InTx(t.Context(), func(tx *repository.Store) error {
			return errors.Join(tx.Jobs.Insert(t.Context(), greeting{"undone"}, nil), undone)
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		for _, name := range []string{"one", "two"} {
			must(t, store.InTx(t.Context(), func(tx *repository.Store) error {
				return tx.Jobs.Insert(t.Context(), greeting{name}, nil)
			}))
		}
		for range 2 {
			select {
			case name := <-greeted:
				if name == "undone" {
					t.Error("a job of a transaction that was undone")
				}
			case <-time.After(30 * time.Second):
				t.Fatal("a job was not worked on")
			}
		}
	})
}

func TestJobNeedsATransaction(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		if err := db.Open(t).Jobs.Insert(t.Context(), greeting{}, nil); err == nil {
			t.Error("a job was queued by itself")
		}
	})
}

// TestWorkersWriteBesideRequests: neither keeps the other from writing.
func TestWorkersWriteBesideRequests(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		store := newStore(t, db)
		greeted := workGreetings(t, store)
		const writers, each = 4, 25
		var writing sync.WaitGroup
		for range writers {
			writing.Go(func() {
				for range each {
					err := store.InTx(t.Context(), func(tx *repository.Store) error {
						if _, err := tx.Changes.Append(t.Context(), repository.ChangeNothing, "", start); err != nil {
							return err
						}
						return tx.Jobs.Insert(t.Context(), greeting{"all"}, nil)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		writing.Wait()
		for range writers * each {
			select {
			case <-greeted:
			case <-time.After(30 * time.Second):
				t.Fatal("a job was not worked on")
			}
		}
	})
}

// workGreetings works on greetings until the test ends, and gives the names.
func workGreetings(t *testing.T, store *repository.Store) <-chan string {
	t.Helper()
	greeted := make(chan string, 1000)
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(_ context.Context, job *river.Job[greeting]) error {
		greeted <- job.Args.Name
		return nil
	}))
	w, err := store.Workers(&river.Config{
		Workers: workers, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		PollOnly: true, FetchPollInterval: 100 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	must(t, err)
	must(t, w.Start(context.Background()))
	t.Cleanup(func() {
		must(t, w.Stop(context.Background()))
		must(t, w.Close())
	})
	return greeted
}
