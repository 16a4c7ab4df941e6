package repository

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/tokenry/tokenry/model"
)

// Audit is the audit log: its entries, and the batches that chain them.
type Audit struct{ table }

// AuditFilter narrows a list of entries. Zero fields do not.
type AuditFilter struct {
	AccountID string
	TokenID   string
	Action    string // one action, or with a dot at its end all of a noun: "token."
	Actor     string // kind:id, as in model.Actor.Ref, or a kind alone
	Object    string // likewise
	Since     *time.Time
	Until     *time.Time
}

// Append stores an entry. It belongs into the transaction of what it tells of.
func (r Audit) Append(ctx context.Context, entry *model.AuditEntry) error {
	withMaps(entry)
	return classify(r.with(ctx).Create(entry).Error)
}

// withMaps makes maps that are nil empty, so that an entry reads as it was
// written.
func withMaps(entry *model.AuditEntry) {
	if entry.Changes == nil {
		entry.Changes = map[string]model.Change{}
	}
	if entry.Details == nil {
		entry.Details = map[string]string{}
	}
}

// List is a page of entries, oldest first unless the page is turned round.
func (r Audit) List(ctx context.Context, f AuditFilter, page Page) ([]model.AuditEntry, error) {
	query := r.with(ctx)
	if f.AccountID != "" {
		query = query.Where("account_id = ?", f.AccountID)
	}
	if f.TokenID != "" {
		query = query.Where("token_id = ? AND token_id <> ''", f.TokenID)
	}
	if n := len(f.Action); n > 0 && f.Action[n-1] == '.' {
		query = query.Where(`action LIKE ? ESCAPE '\'`, likeEscaper.Replace(f.Action)+"%")
	} else if n > 0 {
		query = query.Where("action = ?", f.Action)
	}
	if f.Actor != "" {
		query = refers(query, "actor", f.Actor)
	}
	if f.Object != "" {
		query = refers(query, "object", f.Object)
	}
	if f.Since != nil {
		query = query.Where("at >= ?", *f.Since)
	}
	if f.Until != nil {
		query = query.Where("at < ?", *f.Until)
	}
	if page.After != nil {
		query = query.Where("(at, id) "+page.beyond()+" (?, ?)", page.After.Time, page.After.ID)
	}
	var entries []model.AuditEntry
	err := query.Order("at" + page.direction() + ", id" + page.direction()).Limit(page.Limit).Find(&entries).Error
	return entries, classify(err)
}

// refers adds that the actor or object is the one of a reference such as
// "member:0abc", or of its kind if it has no id. Tokens have an index of their
// own.
func refers(query *gorm.DB, what, ref string) *gorm.DB {
	kind, id, whole := strings.Cut(ref, ":")
	query = query.Where(what+"_kind = ?", kind)
	switch {
	case what == "object" && kind == "token" && whole:
		return query.Where("token_id = ? AND token_id <> ''", id)
	case what == "object" && kind != "token":
		query = query.Where("object_kind <> 'token'")
	}
	if whole {
		query = query.Where(what+"_id = ?", id)
	}
	return query
}

// TryLockChain takes the right to seal until the transaction ends. It reports
// false if another node has it.
func (r Audit) TryLockChain(ctx context.Context) (bool, error) {
	if r.dialect == SQLite { // a transaction is alone there
		return true, nil
	}
	var got bool
	err := r.with(ctx).Raw("SELECT pg_try_advisory_xact_lock(7301, 1)").Scan(&got).Error
	return got, classify(err)
}

// Unsealed is the oldest entries that have no place in the chain yet.
func (r Audit) Unsealed(ctx context.Context, limit int) ([]model.AuditEntry, error) {
	var entries []model.AuditEntry
	err := r.with(ctx).Where("seq IS NULL").Order("id").Limit(limit).Find(&entries).Error
	return entries, classify(err)
}

// LastBatch is the end of the chain; the zero batch if there is none.
func (r Audit) LastBatch(ctx context.Context) (model.AuditBatch, error) {
	var batches []model.AuditBatch
	err := r.with(ctx).Order("number DESC").Limit(1).Find(&batches).Error
	if err != nil || len(batches) == 0 {
		return model.AuditBatch{}, classify(err)
	}
	return batches[0], nil
}

// Seal stores a batch and gives its entries, in that order, their places.
func (r Audit) Seal(ctx context.Context, batch *model.AuditBatch, entries []model.AuditEntry) error {
	if err := r.with(ctx).Create(batch).Error; err != nil {
		return classify(err)
	}
	ids := make([]string, len(entries))
	for i, entry := range entries {
		ids[i] = entry.ID
	}
	if r.dialect == Postgres {
		return classify(r.with(ctx).Exec(`UPDATE audit_entries SET seq = ? + o.place - 1
			FROM unnest(CAST(? AS text[])) WITH ORDINALITY AS o (id, place) WHERE audit_entries.id = o.id`,
			batch.FirstSeq, arrayText(ids)).Error)
	}
	places, err := jsonText(ids)
	if err != nil {
		return err
	}
	return classify(r.with(ctx).Exec(`UPDATE audit_entries SET seq = ? + o.key
		FROM json_each(?) AS o WHERE audit_entries.id = o.value`, batch.FirstSeq, places).Error)
}

// Batches is the batches above a number, in order, at most limit.
func (r Audit) Batches(ctx context.Context, above int64, limit int) ([]model.AuditBatch, error) {
	var batches []model.AuditBatch
	err := r.with(ctx).Where("number > ?", above).Order("number").Limit(limit).Find(&batches).Error
	return batches, classify(err)
}

// Between is the entries of a stretch of the chain, both ends included.
func (r Audit) Between(ctx context.Context, first, last int64) ([]model.AuditEntry, error) {
	var entries []model.AuditEntry
	err := r.with(ctx).Where("seq BETWEEN ? AND ?", first, last).Order("seq").Find(&entries).Error
	return entries, classify(err)
}

// LastSeq is the highest place that an entry has; 0 if none has one.
func (r Audit) LastSeq(ctx context.Context) (int64, error) {
	var seq int64
	err := r.with(ctx).Raw("SELECT coalesce(max(seq), 0) FROM audit_entries WHERE seq IS NOT NULL").Scan(&seq).Error
	return seq, classify(err)
}
