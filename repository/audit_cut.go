package repository

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/model"
)

// AuditCut is where the front of the chain was cut off.
type AuditCut struct {
	Number    int64 `gorm:"primaryKey;autoIncrement:false"` // of the last batch that was removed
	LastSeq   int64
	Hash      []byte // of that batch
	CutAt     time.Time
	KeyNumber int
	Signature []byte
}

// LastCut is the last cut; the zero AuditCut if there was none.
func (r Audit) LastCut(ctx context.Context) (AuditCut, error) {
	var cuts []AuditCut
	err := r.with(ctx).Order("number DESC").Limit(1).Find(&cuts).Error
	if err != nil || len(cuts) == 0 {
		return AuditCut{}, classify(err)
	}
	return cuts[0], nil
}

// OldBatches is the first batches of the chain that were sealed before a moment,
// in order, at most limit. The last batch of all is never among them.
func (r Audit) OldBatches(ctx context.Context, before time.Time, limit int) ([]model.AuditBatch, error) {
	var batches []model.AuditBatch
	err := r.with(ctx).Where("number < (SELECT max(number) FROM audit_batches)").Order("number").Limit(limit).Find(&batches).Error
	for i := range batches {
		if !batches[i].SealedAt.Before(before) {
			batches = batches[:i]
			break
		}
	}
	return batches, classify(err)
}

// Cut removes the chain up to the end of a batch, and remembers only where that
// was.
func (r Audit) Cut(ctx context.Context, cut *AuditCut) error {
	if err := r.with(ctx).Where("seq <= ?", cut.LastSeq).Delete(&model.AuditEntry{}).Error; err != nil {
		return classify(err)
	}
	if err := r.with(ctx).Where("number <= ?", cut.Number).Delete(&model.AuditBatch{}).Error; err != nil {
		return classify(err)
	}
	if err := r.with(ctx).Where("number < ?", cut.Number).Delete(&AuditCut{}).Error; err != nil {
		return classify(err)
	}
	return classify(r.with(ctx).Create(cut).Error)
}
