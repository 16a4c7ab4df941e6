package service

import (
	"context"

	"github.com/tokenry/tokenry/model"
)

// Upgrade is what a change of a token's version would change.
type Upgrade struct {
	Version       string
	RemovedScopes []string // held, and not there in the version
	NewScopes     []string // there in the version, and not in the token's
}

// PlanUpgrade tells what going forward to a version would change. It changes
// nothing.
func (s *Tokens) PlanUpgrade(ctx context.Context, actor model.Actor, id, version string) (Upgrade, error) {
	tok, err := s.Show(ctx, actor, id)
	if err != nil {
		return Upgrade{}, err
	}
	settings, err := s.settings(ctx, actor)
	if err != nil {
		return Upgrade{}, err
	}
	var faults model.Faults
	settings.checkVersion(&faults, version)
	forwardOnly(&faults, settings, tok.Version, version)
	if err := model.Invalid(faults); err != nil {
		return Upgrade{}, err
	}
	plan := Upgrade{Version: version, RemovedScopes: []string{}, NewScopes: []string{}}
	for _, scope := range tok.Scopes {
		if !settings.catalog.ExistsIn(scope, version) {
			plan.RemovedScopes = append(plan.RemovedScopes, scope)
		}
	}
	for _, category := range settings.catalog.Catalog().Categories {
		for _, scope := range category.Scopes {
			if settings.catalog.ExistsIn(scope.ID, version) && !settings.catalog.ExistsIn(scope.ID, tok.Version) {
				plan.NewScopes = append(plan.NewScopes, scope.ID)
			}
		}
	}
	return plan, nil
}
