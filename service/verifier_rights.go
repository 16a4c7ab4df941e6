package service

import (
	"context"
	"slices"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/model"
)

// rights judges what was asked beyond the token itself, and sets the code.
func (v *Verifier) rights(ctx context.Context, answer *Answer, q Question) error {
	compiled, err := v.Cache.Catalog(ctx, answer.Account.Type)
	if err != nil {
		return err
	}
	tok := answer.Token
	version, known := compiled.Version(tok.Version)
	state := version.StateAt(answer.AsOf)
	if known && state != model.VersionCurrent {
		answer.VersionState, answer.Deprecation, answer.Sunset = state, version.Deprecated, version.Sunset
	}
	switch {
	case !known || state == model.VersionRetired:
		answer.Code = CodeVersionRetired
		return nil
	case q.Version != "" && q.Version != tok.Version:
		answer.Code = CodeVersionMismatch
		return nil
	}
	missing := missingScopes(compiled, tok, q.Scopes)
	if q.Any && len(missing) < len(q.Scopes) {
		missing = nil
	}
	judged := q.Scopes
	if q.Method != "" {
		var needed, routeMissing []string
		if answer.Code, needed, routeMissing = openRoute(compiled, answer, q); answer.Code != CodeOK {
			return nil
		}
		judged, missing = union(judged, needed), union(missing, routeMissing)
	}
	if len(missing) > 0 || q.Any {
		judged = existing(compiled, judged)
	}
	answer.judged = judged
	if len(missing) > 0 {
		answer.Code, answer.MissingScopes = CodeInsufficientScope, missing
	}
	return nil
}

// missingScopes is those that the token does not hold, or that do not exist in
// its version.
func missingScopes(compiled *catalog.Compiled, tok *Cached, scopes []string) []string {
	var missing []string
	for _, scope := range scopes {
		if _, held := slices.BinarySearch(tok.Scopes, scope); !held || !compiled.ExistsIn(scope, tok.Version) {
			missing = append(missing, scope)
		}
	}
	return missing
}

// existing is those of the scopes that the catalog has. Others are not counted:
// they are mistakes, and there is no end to them.
func existing(compiled *catalog.Compiled, scopes []string) []string {
	unknown := func(scope string) bool {
		_, ok := compiled.Scope(scope)
		return !ok
	}
	if !slices.ContainsFunc(scopes, unknown) {
		return scopes
	}
	return slices.DeleteFunc(slices.Clone(scopes), unknown)
}

// openRoute finds the route, checks its bound parameters, and tells the scopes
// of the alternative that opens it, or else of the one that lacks the fewest,
// and which of them are missing.
func openRoute(compiled *catalog.Compiled, answer *Answer, q Question) (code string, needed, missing []string) {
	match, ok := compiled.Match(q.Method, q.Path)
	if !ok {
		return CodeNoSuchRoute, nil, nil
	}
	for _, bound := range match.Bound {
		if fact := factOf(answer, bound.To); fact == "" || fact != bound.Value {
			return CodePathDenied, nil, nil
		}
	}
	for i, alternative := range match.Route.Scopes {
		lacking := missingScopes(compiled, answer.Token, alternative)
		if len(lacking) == 0 {
			return CodeOK, alternative, nil
		}
		if i == 0 || len(lacking) < len(missing) {
			needed, missing = alternative, lacking
		}
	}
	return CodeOK, needed, missing
}

func factOf(answer *Answer, binding model.Binding) string {
	switch binding {
	case model.BindTokenID:
		return answer.Token.ID
	case model.BindAccountID:
		return answer.Account.ID
	case model.BindExternalID:
		if answer.Account.ExternalID != nil {
			return *answer.Account.ExternalID
		}
	}
	return ""
}

// union may be one of its arguments.
func union(a, b []string) []string {
	if len(a) == 0 {
		return b
	}
	a = slices.Clip(a)
	for _, scope := range b {
		if !slices.Contains(a, scope) {
			a = append(a, scope)
		}
	}
	return a
}
