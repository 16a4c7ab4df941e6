package prooftest

import "slices"

type action string

const (
	revoke     action = "revoke"
	remove     action = "delete"
	disable    action = "disable"
	enable     action = "enable"
	rotate     action = "rotate"
	narrow     action = "narrow"
	widen      action = "widen"
	deactivate action = "deactivate" // the account
	activate   action = "activate"
	strip      action = "strip"   // the catalog of a scope, and so all tokens
	restore    action = "restore" // the scope in the catalog, and not in tokens
)

// takes reports whether the change takes rights away, whatever was before.
func (c commit) takes() bool {
	switch c.action {
	case enable, widen, activate, restore:
		return false
	case rotate:
		return !c.grace
	}
	return true
}

// rights is what a token may do, by its own record.
type rights struct {
	Revoked, Disabled, Narrow bool
	Secrets                   []issued // oldest first; the last is the current one
}

type issued struct {
	ID    int
	Ended int64 // at the latest; 0 while it lives
}

// after is the rights once a change was made to them.
func (r rights) after(c commit, gone bool) rights {
	switch c.action {
	case revoke, remove:
		r.Revoked = true
	case disable, enable:
		r.Disabled = c.action == disable
	case narrow, strip:
		r.Narrow = true
	case widen:
		r.Narrow = gone // what the catalog does not have is taken away before it has it again
	case rotate:
		if slices.ContainsFunc(r.Secrets, func(s issued) bool { return s.ID == c.id }) {
			return r // a repetition
		}
		r.Secrets = slices.Clone(r.Secrets)
		for i := range r.Secrets {
			if r.Secrets[i].Ended == 0 && (i < len(r.Secrets)-1 || !c.grace) {
				r.Secrets[i].Ended = c.by
			}
		}
		r.Secrets = append(r.Secrets, issued{ID: c.id})
	}
	return r
}

// allow reports whether a check may have that code, by these rights, in an
// account that may have been deactivated, with a catalog that the scope may be
// gone from. A secret is ended by time, so a check as of an earlier one may
// still find it alive. One that has ended, or whose token is revoked, may be
// unknown: its pepper may be retired.
func (r rights) allow(c check, deactivated, gone bool, code string) bool {
	at := slices.IndexFunc(r.Secrets, func(s issued) bool { return s.ID == c.secret })
	if at < 0 {
		return code == "unknown"
	}
	dead := code == "rotated" || code == "unknown"
	if ended := r.Secrets[at].Ended; ended != 0 && (dead || c.asOf > ended) {
		return dead
	}
	switch {
	case r.Revoked:
		return code == "revoked" || code == "unknown"
	case deactivated:
		return code == "account_disabled"
	case r.Disabled:
		return code == "disabled"
	case c.wide && (r.Narrow || gone):
		return code == "insufficient_scope"
	}
	return code == "ok"
}
