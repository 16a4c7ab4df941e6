package client

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync/atomic"
	"time"
)

const (
	defaultBound = time.Second
	minBound     = 500 * time.Millisecond // two heartbeats
	maxBound     = 10 * time.Second

	// keepAnswer is how long an answer is kept at most, so that the server sees
	// which tokens are in use.
	keepAnswer = time.Minute

	// drift is the part by which the clock of a server may be faster than ours.
	drift = 1000

	minRetry = 100 * time.Millisecond
	maxRetry = 5 * time.Second

	sequenceHeader = "Tokenry-Sequence"
)

// VerifierOptions may be left out altogether.
type VerifierOptions struct {
	// Bound is how long after a right was taken away a kept answer may still be
	// given: a second, unless set; 500 ms to 10 s.
	Bound time.Duration
	// Size is how many answers are kept: 10,000, unless set. Each takes about
	// 1.5 KiB.
	Size int
	// Audience is whom JWTs must be meant for: the resource by which programs ask
	// for them. Unless set, those alone are accepted that name no resource.
	Audience string
	// Timeout is how long a question to the server may take: 5 s, unless set.
	Timeout time.Duration
	// Log is told when the stream of changes breaks off, and comes back. Nil
	// tells nobody.
	Log *slog.Logger
}

// Verifier answers questions about secrets, from its own memory where it can.
// It is safe for use by many goroutines. The package comment says what its
// answers are worth.
type Verifier struct {
	client  *Client
	options VerifierOptions
	answers *answers
	known   atomic.Pointer[time.Time] // all that was acknowledged by then was heard; nil for never
	stop    context.CancelFunc
	stopped chan struct{}
}

// NewVerifier makes a Verifier that asks through a client, whose secret must
// hold the scope tokenry.verify. It follows the server's changes until Close.
// It need not be waited for: while it hears nothing, it asks the server.
func NewVerifier(c *Client, options VerifierOptions) *Verifier {
	options.Bound = min(max(cmp.Or(options.Bound, defaultBound), minBound), maxBound)
	options.Size = cmp.Or(options.Size, 10_000)
	options.Timeout = cmp.Or(options.Timeout, 5*time.Second)
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	ctx, stop := context.WithCancel(context.Background())
	v := &Verifier{client: c, options: options, answers: newAnswers(options.Size), stop: stop, stopped: make(chan struct{})}
	go v.follow(ctx)
	return v
}

// Close stops following the server's changes. Questions asked later all go to
// the server. Closing twice is no error.
func (v *Verifier) Close() {
	v.stop()
	<-v.stopped
}

// Fresh reports whether answers may come from memory at the moment.
func (v *Verifier) Fresh() bool { return v.fresh(time.Now()) }

func (v *Verifier) fresh(now time.Time) bool {
	known := v.known.Load()
	// A time to come means that our clock has stood still, or the server's runs fast.
	return known != nil && !known.After(now) && before(now, known.Add(v.options.Bound))
}

// Verify answers a question. A secret that is no good is an answer; an error
// means that there is none, and must be taken for a refusal.
func (v *Verifier) Verify(ctx context.Context, q Question) (*Answer, error) {
	now := time.Now()
	token, issuer, ok := tokenOf(q.Secret)
	if ok && v.fresh(now) { // before the look into memory
		if answer := v.answers.get(token, &q, now); answer != nil {
			return answer, nil
		}
	}
	return v.ask(ctx, token, cmp.Or(v.options.Audience, issuer), &q, now)
}

// ask asks the server, and keeps the answer if it is good.
func (v *Verifier) ask(ctx context.Context, token, audience string, q *Question, now time.Time) (*Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, v.options.Timeout)
	defer cancel()
	var sequence string
	verification, err := v.client.VerifyToken(ctx, q.request(), func(c *call) {
		c.header.Set(sequenceHeader, "?")
		c.keep = append(c.keep, keptHeader{sequenceHeader, &sequence})
	})
	if err != nil {
		return nil, err
	}
	answer := answerOf(&verification)
	if answer.Audience != nil && !slices.Contains(answer.Audience, audience) {
		return &Answer{Code: CodeWrongAudience, AsOf: answer.AsOf}, nil
	}
	number, err := strconv.ParseInt(sequence, 10, 64)
	// The end of a replaced secret's grace is not told, so it is not kept.
	if err == nil && answer.Valid && answer.SecretState == SecretStateCurrent && answer.TokenID == token && q.size() <= maxQuestion {
		v.answers.put(q, answer, number, now.Add(life(answer)))
	}
	return answer, nil
}

// life is how long an answer may be kept. The time that is left to the token, and
// to its API version, is reckoned by the server's clock alone.
func life(answer *Answer) time.Duration {
	kept := keepAnswer
	if answer.ExpiresAt != nil {
		kept = min(kept, answer.ExpiresAt.Sub(answer.AsOf))
	}
	if answer.Sunset != nil && answer.Sunset.After(answer.AsOf) {
		kept = min(kept, answer.Sunset.Sub(answer.AsOf))
	}
	return kept
}

// follow hears the changes, for as long as the Verifier lives.
func (v *Verifier) follow(ctx context.Context) {
	defer close(v.stopped)
	down, last, wait := false, int64(-1), minRetry
	for ctx.Err() == nil {
		err := v.hear(ctx, &last, func() {
			if down {
				v.options.Log.InfoContext(ctx, "tokenry: changes are followed again")
			}
			down, wait = false, minRetry
		})
		if err == nil {
			continue // the stream has ended to be opened again
		}
		if !down && ctx.Err() == nil {
			v.options.Log.WarnContext(ctx, "tokenry: changes are not followed; every check asks the server", "error", err)
		}
		down = true
		select {
		case <-ctx.Done():
		case <-time.After(wait/2 + rand.N(wait)): //nolint:gosec // need not be secret
			wait = min(2*wait, maxRetry)
		}
	}
	v.known.Store(nil)
}

// hear follows one stream until its end, after the last number that was heard.
// Begun is called with the first event.
func (v *Verifier) hear(ctx context.Context, last *int64, begun func()) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// A line that is cut without a word is given up.
	silence := time.AfterFunc(v.options.Timeout, func() { cancel(errSilence) })
	defer silence.Stop()
	sent := time.Now()
	for change, err := range v.client.Changes(ctx, *last) {
		if err != nil {
			return cmp.Or(context.Cause(ctx), err)
		}
		silence.Reset(2 * max(v.options.Bound, defaultBound))
		switch change.Kind {
		case ChangeStart:
			begun()
			if change.Number != *last {
				change.Kind = ChangeEverything
				v.answers.drop(change)
			}
		case ChangeHeartbeat:
			v.answers.position.Store(change.Number)
			// The server has seen the request no earlier than it was sent.
			v.known.Store(new(sent.Add(change.Elapsed - change.Elapsed/drift)))
		case ChangeEnd:
			if change.Reason == "renew" {
				return nil
			}
			v.known.Store(nil)
			return errUnavailable
		default:
			v.answers.drop(change)
		}
		*last = change.Number
	}
	return nil
}

var (
	errSilence     = errors.New("nothing was heard from the server")
	errUnavailable = errors.New("the server may not answer at the moment")
)
