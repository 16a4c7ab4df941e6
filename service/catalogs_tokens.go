package service

import (
	"context"
	"slices"
	"strings"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// stripBatch is how many tokens are changed at a time.
const stripBatch = 500

// moving is the scopes that some token may not hold any more, and those that no
// token can hold yet: unless it was issued as they vanished, by a node that had
// not heard.
func (c *catalogChange) moving() []string {
	scopes := slices.Concat(c.plan.RemovedScopes, c.plan.Scopes.Added)
	for _, edit := range c.plan.Scopes.Changed {
		if slices.Contains(edit.Fields, "since") || slices.Contains(edit.Fields, "until") {
			scopes = append(scopes, edit.ID)
		}
	}
	for _, lost := range c.plan.LostVersions {
		scopes = append(scopes, lost.Scope)
	}
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

// lost is the scopes that the token holds and either catalog does not give it.
func (c *catalogChange) lost(tok *model.Token) []string {
	var lost []string
	for _, scope := range tok.Scopes {
		if !c.before.ExistsIn(scope, tok.Version) || !c.compiled.ExistsIn(scope, tok.Version) {
			lost = append(lost, scope)
		}
	}
	return lost
}

// touch fills in which tokens the plan touches.
func (s *Catalogs) touch(ctx context.Context, tx *repository.Store, c *catalogChange) error {
	c.plan.TouchedByScope = map[string]int{}
	return s.eachHolder(ctx, tx, c, func(tok *model.Token) error {
		lost := c.lost(tok)
		if len(lost) > 0 {
			c.plan.TouchedTokens++
		}
		for _, scope := range lost {
			c.plan.TouchedByScope[scope]++
		}
		return nil
	})
}

// strip takes the vanished scopes from the tokens that hold them, so that
// adding such a scope again later grants nothing.
func (s *Catalogs) strip(ctx context.Context, tx *repository.Store, actor model.Actor, c *catalogChange) error {
	if c.plan.TouchedTokens == 0 {
		return nil
	}
	return s.eachHolder(ctx, tx, c, func(before *model.Token) error {
		lost := c.lost(before)
		if len(lost) == 0 {
			return nil
		}
		after := *before
		after.Scopes = slices.DeleteFunc(slices.Clone(before.Scopes), func(scope string) bool { return slices.Contains(lost, scope) })
		after.RightsEpoch++
		after.Revision++
		after.UpdatedAt = s.Now()
		if err := tx.Tokens.Update(ctx, &after); err != nil {
			return err
		}
		return tx.Audit.Append(ctx, tokenEntry(actor, after.UpdatedAt, "token.scopes_removed", before, &after))
	})
}

func (s *Catalogs) eachHolder(ctx context.Context, tx *repository.Store, c *catalogChange, do func(*model.Token) error) error {
	scopes := c.moving()
	if len(scopes) == 0 || c.current == nil {
		return nil
	}
	for after := ""; ; {
		tokens, err := tx.Tokens.Holding(ctx, c.next.AccountType, scopes, after, stripBatch)
		if err != nil {
			return err
		}
		for i := range tokens {
			if err := do(&tokens[i]); err != nil {
				return err
			}
		}
		if len(tokens) < stripBatch {
			return nil
		}
		after = tokens[len(tokens)-1].ID
	}
}

// mayApply refuses what was not allowed and live tokens would feel.
func (s *Catalogs) mayApply(ctx context.Context, tx *repository.Store, c *catalogChange, options ApplyOptions) error {
	if len(c.plan.RemovedVersions) > 0 {
		used, err := tx.Tokens.AnyWithVersion(ctx, c.next.AccountType, c.plan.RemovedVersions)
		if err != nil {
			return err
		}
		if used {
			return model.Errorf(model.KindConflict, "version_in_use",
				"Live tokens of account type %s have a version that would be removed: %s. Retire it instead, or upgrade them first.",
				c.next.AccountType, strings.Join(c.plan.RemovedVersions, ", "))
		}
	}
	if c.plan.TouchedTokens > 0 && !options.AllowRemovals {
		return model.Errorf(model.KindConflict, "removals_not_allowed",
			"%d live tokens of account type %s hold scopes that would be removed. Allow removals to strip the scopes from them.",
			c.plan.TouchedTokens, c.next.AccountType)
	}
	if len(c.plan.Widened) == 0 || options.AllowWidening {
		return nil
	}
	var scopes []string
	for _, widened := range c.plan.Widened {
		scopes = append(scopes, widened.Scope)
	}
	held, err := tx.Tokens.Holding(ctx, c.next.AccountType, scopes, "", 1)
	if err != nil || len(held) == 0 {
		return err
	}
	slices.Sort(scopes)
	return model.Errorf(model.KindConflict, "widening_not_allowed",
		"Scopes that live tokens of account type %s hold would open more routes: %s. Allow widening if that is meant.",
		c.next.AccountType, strings.Join(slices.Compact(scopes), ", "))
}
