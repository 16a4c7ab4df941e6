package client

import (
	"crypto/sha256"
	"encoding/json"
	"hash/maphash"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	shardCount = 64
	maxSecret  = 128 // bytes of a secret that may be one of Tokenry's
)

// answers keeps good answers, by token. Of secrets it knows the SHA-256 alone.
type answers struct {
	seed  maphash.Seed
	limit int // of a shard
	// position is the number up to which all changes were heard. An answer that
	// is older is not kept: what has changed since would never be heard again.
	position atomic.Int64
	shards   [shardCount]shard
}

type shard struct {
	mu     sync.RWMutex
	tokens map[string]*keptToken // by id
	count  int                   // of answers
}

type keptToken struct {
	account string
	answers map[answerKey]*keptAnswer
}

// answerKey is what an answer is to.
type answerKey struct {
	secret   [sha256.Size]byte
	question uint64
}

type keptAnswer struct {
	question Question // a hash alone might be that of two
	answer   *Answer
	until    time.Time
}

func newAnswers(size int) *answers {
	a := &answers{seed: maphash.MakeSeed(), limit: max(1, size/shardCount)}
	a.position.Store(math.MaxInt64) // nothing was heard yet
	for i := range a.shards {
		a.shards[i].tokens = map[string]*keptToken{}
	}
	return a
}

// tokenOf is the id of the token that a secret or a JWT is of, and who has issued
// the JWT, by its own account; and whether it has the form of either.
func tokenOf(secret string) (token, issuer string, ok bool) {
	if strings.Count(secret, ".") == 2 {
		return tokenOfJWT(secret)
	}
	first := strings.IndexByte(secret, '_')
	last := strings.LastIndexByte(secret, '_')
	if first < 0 || last <= first+1 || len(secret) > maxSecret {
		return "", "", false
	}
	return secret[first+1 : last], "", true
}

func tokenOfJWT(text string) (token, issuer string, ok bool) {
	parsed, ok := parseJWS(text)
	if !ok {
		return "", "", false
	}
	var claims struct {
		Issuer   string `json:"iss"`
		ClientID string `json:"client_id"`
	}
	err := json.Unmarshal(parsed.payload, &claims)
	return claims.ClientID, claims.Issuer, err == nil && claims.ClientID != ""
}

func (a *answers) shardOf(token string) *shard {
	return &a.shards[maphash.String(a.seed, token)%shardCount]
}

func (a *answers) keyOf(q *Question) answerKey {
	if len(q.Secret) > maxSecret {
		return answerKey{sha256.Sum256([]byte(q.Secret)), q.hash(a.seed)}
	}
	var secret [maxSecret]byte // not a conversion, which would allocate
	n := copy(secret[:], q.Secret)
	return answerKey{sha256.Sum256(secret[:n]), q.hash(a.seed)}
}

// get is the answer to a question about a token's secret; nil if none is kept.
func (a *answers) get(token string, q *Question, now time.Time) *Answer {
	key := a.keyOf(q)
	s := a.shardOf(token)
	s.mu.RLock()
	defer s.mu.RUnlock()
	kept := s.tokens[token]
	if kept == nil {
		return nil
	}
	found := kept.answers[key]
	if found == nil || !before(now, found.until) || !found.question.asks(q) {
		return nil
	}
	return found.answer
}

// before reports whether both the monotonic and the wall clock say so: the first
// stands still while a machine sleeps.
func before(now, end time.Time) bool {
	return now.Before(end) && now.UnixNano() < end.UnixNano()
}

// put keeps an answer, unless something has changed since.
func (a *answers) put(q *Question, answer *Answer, sequence int64, until time.Time) {
	key, question := a.keyOf(q), q.withoutSecret()
	s := a.shardOf(answer.TokenID)
	s.mu.Lock()
	defer s.mu.Unlock()
	if sequence < a.position.Load() { // with the lock: a drop sets the position, then takes the lock
		return
	}
	kept := s.tokens[answer.TokenID]
	if kept == nil {
		kept = &keptToken{account: answer.AccountID, answers: map[answerKey]*keptAnswer{}}
		s.tokens[answer.TokenID] = kept
	}
	if kept.answers[key] == nil {
		s.count++
	}
	kept.answers[key] = &keptAnswer{question, answer, until}
	for s.count > a.limit {
		s.evict(key)
	}
}

// evict removes some answer, but for the one just kept.
func (s *shard) evict(but answerKey) {
	for id, kept := range s.tokens {
		for key := range kept.answers {
			if key == but {
				continue
			}
			delete(kept.answers, key)
			s.count--
			if len(kept.answers) == 0 {
				delete(s.tokens, id)
			}
			return
		}
	}
}

// drop forgets what a change is about, whether it is kept or on its way.
func (a *answers) drop(change Change) {
	a.position.Store(change.Number)
	switch change.Kind {
	case ChangeToken:
		s := a.shardOf(change.ID)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.forget(change.ID)
	case ChangeAccount:
		a.each(func(s *shard) {
			for id, kept := range s.tokens {
				if kept.account == change.ID {
					s.forget(id)
				}
			}
		})
	default:
		a.each(func(s *shard) { s.tokens, s.count = map[string]*keptToken{}, 0 })
	}
}

func (s *shard) forget(token string) {
	if kept := s.tokens[token]; kept != nil {
		s.count -= len(kept.answers)
		delete(s.tokens, token)
	}
}

func (a *answers) each(do func(*shard)) {
	for i := range a.shards {
		s := &a.shards[i]
		s.mu.Lock()
		do(s)
		s.mu.Unlock()
	}
}
