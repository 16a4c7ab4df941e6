package prooftest

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
)

// never is the end of a call whose outcome stays unknown.
const never = math.MaxInt64

// token is a token under test, with its history.
type token struct {
	id      string
	account string // its own
	kind    string // of the account, with a catalog of its own

	mu      sync.Mutex
	secrets []secret // those we know
	history []porcupine.Operation
	calls   int // changes so far
	unknown int // those whose outcome is unknown
}

// secret is known by the call that made it, 0 for the token's first.
type secret struct {
	call int
	text string
}

// begin gives a change its number.
func (tok *token) begin() int {
	tok.mu.Lock()
	defer tok.mu.Unlock()
	tok.calls++
	return tok.calls
}

// record adds operations to the history. Instants are in nanoseconds.
func (tok *token) record(operations ...porcupine.Operation) {
	tok.mu.Lock()
	defer tok.mu.Unlock()
	tok.history = append(tok.history, operations...)
	for _, o := range operations {
		if o.Return == never {
			tok.unknown++
		}
	}
}

// learn adds a secret.
func (tok *token) learn(s secret) {
	tok.mu.Lock()
	defer tok.mu.Unlock()
	tok.secrets = append(tok.secrets, s)
}

// pick is one of the secrets, half of the time the last.
func (tok *token) pick(random *rand.Rand) secret {
	tok.mu.Lock()
	defer tok.mu.Unlock()
	if random.IntN(2) == 0 {
		return tok.secrets[len(tok.secrets)-1]
	}
	return tok.secrets[random.IntN(len(tok.secrets))]
}

func (tok *token) unknowns() int {
	tok.mu.Lock()
	defer tok.mu.Unlock()
	return tok.unknown
}

// upTo is a random time below a bound.
func upTo(random *rand.Rand, bound time.Duration) time.Duration {
	return time.Duration(random.Int64N(int64(bound)))
}
