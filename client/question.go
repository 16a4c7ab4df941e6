package client

import (
	"hash/maphash"
	"slices"
	"strings"
	"time"
)

// Question is what is asked about a secret. Only Secret is required; what is
// given must all hold.
type Question struct {
	Secret  string   // what a program has presented
	Scopes  []string // all are needed, or with Any one of them
	Any     bool
	Method  string // with Path, the route that the program calls
	Path    string // as it was sent, with its escapes and without the query
	Version string // the API version that the program asks for
	IP      string // where the program calls from; without it, tokens bound to networks are refused
}

func (q *Question) request() VerifyRequest {
	r := VerifyRequest{
		Secret: q.Secret, Scopes: q.Scopes,
		Method: given(q.Method), Path: given(q.Path), Version: given(q.Version), IP: given(q.IP),
	}
	if q.Any {
		r.Match = new(VerifyRequestMatchAny)
	}
	return r
}

// given is nil for an empty text.
func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// asks reports whether both ask the same, whatever the secret is.
func (q *Question) asks(other *Question) bool {
	return q.Any == other.Any && q.Method == other.Method && q.Path == other.Path &&
		q.Version == other.Version && q.IP == other.IP && slices.Equal(q.Scopes, other.Scopes)
}

// hash is the same for questions that ask the same, whatever the secret is.
func (q *Question) hash(seed maphash.Seed) uint64 {
	h := uint64(len(q.Scopes))
	if q.Any {
		h = ^h
	}
	for _, scope := range q.Scopes {
		h = mix(h, maphash.String(seed, scope))
	}
	for _, text := range [...]string{q.Method, q.Path, q.Version, q.IP} {
		if text != "" {
			h = mix(h, maphash.String(seed, text))
		}
		h++
	}
	return h
}

func mix(a, b uint64) uint64 { return (a ^ b) * 0x9e3779b97f4a7c15 }

// maxQuestion bounds the bytes of a question whose answer is kept.
const maxQuestion = 4 << 10

func (q *Question) size() int {
	size := len(q.Method) + len(q.Path) + len(q.Version) + len(q.IP)
	for _, scope := range q.Scopes {
		size += len(scope)
	}
	return size
}

// withoutSecret is a copy that shares no memory with the caller, or the secret.
func (q *Question) withoutSecret() Question {
	kept := *q
	kept.Secret = ""
	kept.Scopes = slices.Clone(q.Scopes)
	for i, scope := range kept.Scopes {
		kept.Scopes[i] = strings.Clone(scope)
	}
	for _, text := range []*string{&kept.Method, &kept.Path, &kept.Version, &kept.IP} {
		*text = strings.Clone(*text)
	}
	return kept
}

// Answer says whether a secret is good and may do what was asked. It may be
// shared with other callers: do not change it, nor what it refers to.
//
// Until the secret itself has been proven, there is nothing in it but Valid,
// Code and AsOf.
type Answer struct {
	Valid bool
	Code  VerificationCode // VerificationCodeOk, or the reason of the refusal
	// MissingScopes are those that lack, with VerificationCodeInsufficientScope.
	MissingScopes []string

	TokenID     string
	AccountID   string
	AccountType string
	Name        string
	Version     string
	// VersionState is OldVersionStateDeprecated or OldVersionStateRetired if the
	// API version is to be left; empty for a current one.
	VersionState OldVersionState
	Deprecation  *time.Time // since when it is deprecated; nil if the catalog does not say
	Sunset       *time.Time // when it goes away; nil if the catalog does not say

	Scopes      []string
	Audience    []string // of a JWT, whom it is meant for; nil for a secret
	SecretState SecretState
	ExpiresAt   *time.Time        // nil for never
	Metadata    map[string]string // what the partner wrote
	Claims      map[string]string // what operators vouch for
	AsOf        time.Time         // when the server judged, by its clock
}

func answerOf(v *Verification) *Answer {
	return &Answer{
		Valid: v.Valid, Code: v.Code, MissingScopes: v.MissingScopes,
		TokenID: orZero(v.TokenID), AccountID: orZero(v.AccountID), AccountType: orZero(v.AccountType), Name: orZero(v.Name),
		Version: orZero(v.Version), VersionState: orZero(v.VersionState), Deprecation: v.Deprecation, Sunset: v.Sunset,
		Scopes: v.Scopes, Audience: v.Audience, SecretState: orZero(v.SecretState), ExpiresAt: v.ExpiresAt,
		Metadata: v.Metadata, Claims: v.Claims, AsOf: orZero(v.AsOf),
	}
}

func orZero[T any](value *T) T {
	if value == nil {
		var zero T
		return zero
	}
	return *value
}
