package service

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// The sources of reports.
const (
	FromAnyone = "report"
	FromGitHub = "github"
)

const (
	lookEvery = 10 * time.Second
	// againAfter is when a report that could not be looked into is taken up again.
	againAfter  = 30 * time.Second
	giveUpAfter = 24 * time.Hour
	// maxReports bounds the reports of strangers: no more are taken while as many
	// wait.
	maxReports = 2000
	maxURL     = 500 // characters that are kept
)

// Leaks takes reports of secrets that were found where they do not belong. A
// report is stored, and looked into by Run: what its sender sees, and when, tells
// nothing of what was found.
type Leaks struct {
	Store  *repository.Store
	Keys   *Keys
	Tokens *Tokens
	Log    *slog.Logger
	Now    func() time.Time

	taken  wake                      // a report was stored
	oldest atomic.Pointer[time.Time] // when the oldest report came that waits; nil for none
}

// Behind is for how long the oldest report has waited to be looked into, as far
// as Run knows.
func (s *Leaks) Behind() time.Duration {
	if oldest := s.oldest.Load(); oldest != nil {
		return s.Now().Sub(*oldest)
	}
	return 0
}

// Found is a secret that somebody has found.
type Found struct {
	Sum [sha256.Size]byte // the SHA-256 of its text
	URL string            // where; may be empty
}

// FoundText is what was found, by its text.
func FoundText(text, url string) Found { return Found{sha256.Sum256([]byte(text)), url} }

// Report takes a report, and returns once it is stored. Its sender is known by
// nothing but an address, unless it is GitHub, which strangers do not crowd out:
// its reports are always taken, and looked into first.
func (s *Leaks) Report(ctx context.Context, source, reporter string, found []Found) error {
	now := s.Now()
	report := &repository.LeakReport{ID: secret.NewID(), At: now, DueAt: now, Source: source, Reporter: reporter}
	if source == FromGitHub {
		report.DueAt = now.Add(-giveUpAfter)
	} else if waiting, err := s.Store.Leaks.Reports(ctx, maxReports); err != nil {
		return fmt.Errorf("count reports: %w", err)
	} else if waiting >= maxReports {
		return model.Unavailable()
	}
	for i := range found {
		found[i].URL = tidy(found[i].URL, maxURL)
	}
	text, err := json.Marshal(found)
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	report.Sealed = s.Keys.Root.Seal(text, reportContext(report.ID))
	if err := s.Store.Leaks.InsertReport(ctx, report); err != nil {
		return fmt.Errorf("store report: %w", err)
	}
	s.taken.up()
	return nil
}

func reportContext(id string) string { return "tokenry leak report " + id }

// tidy is what a stranger has written as it may be kept and shown: without secrets,
// which may be in it, and without what could steer a terminal or a database
// does not take.
func tidy(text string, characters int) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.TrimSpace(text))
	return cut(secret.Redact(text), characters)
}

// Known reports for each of what was found whether it is, or was, a secret of
// ours.
func (s *Leaks) Known(ctx context.Context, found []Found) ([]bool, error) {
	known := make([]bool, len(found))
	err := s.find(ctx, found, func(at int, _ repository.FoundSecret) { known[at] = true })
	return known, err
}

// findAgain is how often what was found is looked up, while peppers are added.
const findAgain = 3

// find looks up what was found under every pepper, and calls visit with what is
// ours.
func (s *Leaks) find(ctx context.Context, found []Found, visit func(at int, whose repository.FoundSecret)) error {
	for range findAgain {
		if err := s.Keys.Load(ctx); err != nil {
			return err
		}
		open := s.Keys.open.Load()
		at := map[string][]int{}
		digests := make([][]byte, 0, len(found)*len(open.peppers))
		for _, pepper := range open.peppers {
			for i := range found {
				digest := pepper.Digest(found[i].Sum)
				digests, at[string(digest[:])] = append(digests, digest[:]), append(at[string(digest[:])], i)
			}
		}
		secrets, err := s.Store.Leaks.Find(ctx, digests)
		if err != nil {
			return err
		}
		if err := s.Keys.Load(ctx); err != nil {
			return err
		}
		if added(open, s.Keys.open.Load()) {
			continue // a digest may have changed to one under a new pepper meanwhile
		}
		for _, whose := range secrets {
			for _, i := range at[string(whose.Digest)] {
				visit(i, whose)
			}
		}
		return nil
	}
	return model.Unavailable()
}

// added reports whether there is a pepper that was not there before.
func added(before, now *openKeys) bool {
	for number := range now.peppers {
		if before.peppers[number] == nil {
			return true
		}
	}
	return false
}

// Run looks into reports until ctx ends.
func (s *Leaks) Run(ctx context.Context) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	var looking spell
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		case <-s.taken.wait():
		}
		err := s.lookAll(ctx)
		waits, waitErr := s.Store.Leaks.Oldest(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if waitErr == nil {
			s.oldest.Store(waits)
		}
		if err != nil || waits == nil { // one that failed is not due again at once
			looking.tell(s.Log, "look into reports of leaks", err)
		}
	}
}

// lookAll looks into all reports that are due. One that fails does not keep the
// others waiting.
func (s *Leaks) lookAll(ctx context.Context) (failed error) {
	for more := true; more && ctx.Err() == nil; {
		var err error
		if more, err = s.Look(ctx); err != nil {
			failed = err
		}
	}
	return failed
}

// Look looks into the oldest report, if there is one that no other node is at.
// It reports whether there may be more. It may do so twice with the same report,
// which makes no difference.
func (s *Leaks) Look(ctx context.Context) (more bool, err error) {
	var report repository.LeakReport
	now := s.Now()
	err = s.Store.InTx(ctx, func(tx *repository.Store) error {
		report, more, err = tx.Leaks.TakeReport(ctx, now, now.Add(againAfter))
		return err
	})
	if err != nil || !more {
		return false, err
	}
	if err := s.lookInto(ctx, &report); err != nil && now.Sub(report.At) < giveUpAfter {
		return true, fmt.Errorf("report %s: %w", report.ID, err)
	} else if err != nil {
		s.Log.Error("a report of leaks is given up", "report", report.ID, "error", err)
	}
	return true, s.Store.Leaks.DeleteReport(ctx, report.ID)
}

// lookInto does what the policies say about all secrets of ours in a report. It
// returns when no node accepts any more what is not to be accepted.
func (s *Leaks) lookInto(ctx context.Context, report *repository.LeakReport) error {
	text, err := s.Keys.Root.Open(report.Sealed, reportContext(report.ID))
	if err != nil {
		return err
	}
	var found []Found
	if err := json.Unmarshal(text, &found); err != nil {
		return err
	}
	var leaks []leaked
	err = s.find(ctx, found, func(at int, whose repository.FoundSecret) {
		leaks = append(leaks, leaked{whose, report, found[at].URL})
	})
	if err != nil {
		return err
	}
	var last int64
	for _, leak := range leaks {
		taken, err := s.end(ctx, leak)
		if err != nil {
			return fmt.Errorf("token %s: %w", leak.TokenID, err)
		}
		last = max(last, taken)
	}
	if last == 0 {
		return nil
	}
	return s.Tokens.Wait(ctx, last)
}
