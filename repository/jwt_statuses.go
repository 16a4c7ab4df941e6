package repository

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/model"
)

// JWTStatus is the place in the status lists of the JWTs that are issued for a
// secret, while the rights of its token stay as they are.
type JWTStatus struct {
	List        int `gorm:"primaryKey;autoIncrement:false"`
	Place       int `gorm:"primaryKey;autoIncrement:false"`
	TokenID     string
	Generation  int
	RightsEpoch int
	KeptUntil   time.Time // none of the JWTs lives longer
}

// TableName is the table of places.
func (JWTStatus) TableName() string { return "jwt_statuses" }

// JWTStatuses is the table of places in the status lists.
type JWTStatuses struct{ table }

// keepPlace inserts a place unless the JWTs have one, which is then kept for
// longer.
const keepPlace = "INSERT INTO jwt_statuses (list, place, token_id, generation, rights_epoch, kept_until) VALUES (?, ?, ?, ?, ?, ?) " +
	"ON CONFLICT (token_id, generation, rights_epoch) DO UPDATE SET kept_until = " +
	"CASE WHEN jwt_statuses.kept_until > excluded.kept_until THEN jwt_statuses.kept_until ELSE excluded.kept_until END " +
	"RETURNING list, place, kept_until"

// Keep keeps the place that the JWTs have, at least until KeptUntil, or else
// gives them the one in status. What they have then is in status. It reports
// false if others have the place.
func (r JWTStatuses) Keep(ctx context.Context, status *JWTStatus) (bool, error) {
	var kept JWTStatus
	err := r.with(ctx).Raw(keepPlace, status.List, status.Place, status.TokenID, status.Generation, status.RightsEpoch, status.KeptUntil).
		Scan(&kept).Error
	if violates(err, "jwt_statuses_pkey") {
		return false, nil
	}
	status.List, status.Place, status.KeptUntil = kept.List, kept.Place, kept.KeptUntil
	return err == nil, classify(err)
}

// Lists is how many status lists there are, up to the last that has places.
func (r JWTStatuses) Lists(ctx context.Context) (int, error) {
	var count int
	err := r.with(ctx).Raw("SELECT coalesce(max(list) + 1, 0) FROM jwt_statuses").Scan(&count).Error
	return count, classify(err)
}

// marked is the places of a list whose JWTs a check would refuse, whatever is
// asked. It agrees with Cached.judgeJWT and Verifier.state in package service.
const marked = `SELECT s.place FROM jwt_statuses s
	LEFT JOIN tokens t ON t.id = s.token_id
	LEFT JOIN accounts a ON a.id = t.account_id
	LEFT JOIN previous_secrets p ON p.token_id = s.token_id AND p.generation = s.generation
	WHERE s.list = @list AND (NOT coalesce(
		t.rights_epoch = s.rights_epoch AND t.revoked_at IS NULL AND t.disabled_at IS NULL AND a.state = @active
		AND (t.expires_at IS NULL OR t.expires_at > @now)
		AND (t.generation = s.generation OR p.ended_at IS NULL AND p.expires_at > @now), false)
		OR a.type || ' ' || t.version IN @retired)`

// Marked is the places of a list whose JWTs are no good at a moment: their token
// or its account is not active, rights were taken from it, their secret has
// ended, or their API version is one of the retired ones, which are given each
// with its account type and a space before it.
func (r JWTStatuses) Marked(ctx context.Context, list int, now time.Time, retired []string) ([]int, error) {
	var places []int
	err := r.with(ctx).Raw(marked, map[string]any{"list": list, "now": now, "active": model.AccountActive, "retired": retired}).
		Scan(&places).Error
	return places, classify(err)
}

// Forget removes places that nobody needs since before a moment.
func (r JWTStatuses) Forget(ctx context.Context, before time.Time) error {
	return classify(r.with(ctx).Where("kept_until < ?", before).Delete(&JWTStatus{}).Error)
}
