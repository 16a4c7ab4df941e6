package repository

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/tokenry/tokenry/model"
)

// Campaigns is what is known of the tokens that still have an API version.
type Campaigns struct{ table }

// CampaignFilter says whose tokens are meant: those of an account type and
// version that are neither revoked nor expired. Zero fields do not narrow.
type CampaignFilter struct {
	AccountType  string // always needed
	Version      string // always needed
	AccountID    string
	Contact      string // a member id, or the address of a developer
	Acknowledged *bool  // whether somebody has acknowledged that the version goes away
	Now          time.Time
}

// CampaignToken is a token that still has the version.
type CampaignToken struct {
	model.Token
	AccountName    string
	ContactName    string // empty if there is no such member
	ContactEmail   string
	ContactState   model.MemberState
	AcknowledgedAt *time.Time
	AcknowledgedBy string // name or e-mail address
}

// CampaignTotals counts the tokens that still have the version.
type CampaignTotals struct {
	Tokens       int
	Accounts     int
	Used         int // since a moment
	Acknowledged int
}

const acknowledged = "LEFT JOIN acknowledgements AS k ON k.token_id = tokens.id AND k.version = tokens.version"

// tokens is the tokens that a filter leaves.
func (r Campaigns) tokens(ctx context.Context, f CampaignFilter) *gorm.DB {
	query := r.with(ctx).Table("accounts").
		Joins("JOIN tokens ON tokens.account_id = accounts.id").Joins(acknowledged).
		Where("accounts.type = ? AND tokens.version = ? AND tokens.deleted_at IS NULL AND tokens.revoked_at IS NULL", f.AccountType, f.Version).
		Where("(tokens.expires_at IS NULL OR tokens.expires_at > ?)", f.Now)
	if f.AccountID != "" {
		query = query.Where("accounts.id = ?", f.AccountID)
	}
	if f.Contact != "" {
		holds, address := Tokens{r.table}.holds("tokens.developers", f.Contact)
		query = query.Where("(tokens.primary_contact = ? OR "+holds+")", f.Contact, address)
	}
	if f.Acknowledged != nil {
		query = query.Where(map[bool]string{true: "k.at IS NOT NULL", false: "k.at IS NULL"}[*f.Acknowledged])
	}
	return query
}

// List is a page of the tokens, by account and age. The Text of positions is the
// account's id.
func (r Campaigns) List(ctx context.Context, f CampaignFilter, page Page) ([]CampaignToken, error) {
	query := r.tokens(ctx, f).Joins("LEFT JOIN members AS m ON m.id = tokens.primary_contact AND m.account_id = tokens.account_id").
		Select("tokens.*, " + r.lastUsed() + " AS last_used_at, accounts.name AS account_name, m.name AS contact_name, " +
			"m.email AS contact_email, m.state AS contact_state, k.at AS acknowledged_at, k.actor_name AS acknowledged_by")
	if at := page.After; at != nil {
		// The first condition is for PostgreSQL, which finds no index for the second.
		query = query.Where("accounts.id >= ? AND (accounts.id, tokens.created_at, tokens.id) > (?, ?, ?)", at.Text, at.Text, at.Time, at.ID)
	}
	var tokens []CampaignToken
	err := query.Order("accounts.id, tokens.created_at, tokens.id").Limit(page.Limit).Scan(&tokens).Error
	return tokens, classify(err)
}

// Totals counts the tokens, and of them those used since a moment.
func (r Campaigns) Totals(ctx context.Context, f CampaignFilter, since time.Time) (CampaignTotals, error) {
	const counts = "count(*) AS tokens, count(DISTINCT accounts.id) AS accounts, count(k.at) AS acknowledged, "
	query := r.tokens(ctx, f)
	if r.dialect == SQLite {
		query = query.Select(counts+"count(CASE WHEN tokens.last_used_at >= ? THEN 1 END) AS used", since)
	} else {
		query = query.Joins("LEFT JOIN token_last_uses AS u ON u.token_id = tokens.id AND u.at >= ?", since).
			Select(counts + "count(u.token_id) AS used")
	}
	var totals CampaignTotals
	err := query.Scan(&totals).Error
	return totals, classify(err)
}

func (r Campaigns) lastUsed() string {
	if r.dialect == SQLite {
		return "tokens.last_used_at"
	}
	return lastUse
}

// Acknowledge stores acknowledgements, but for tokens and versions that have one.
func (r Campaigns) Acknowledge(ctx context.Context, acknowledgements ...model.Acknowledgement) error {
	return classify(r.with(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(acknowledgements, 200).Error)
}

// Acknowledgement is what somebody has acknowledged of a token's version.
func (r Campaigns) Acknowledgement(ctx context.Context, tokenID, version string) (model.Acknowledgement, error) {
	var a model.Acknowledgement
	err := r.with(ctx).Where("token_id = ? AND version = ?", tokenID, version).Take(&a).Error
	return a, classify(err)
}

// Told stores that an event told an account of a version that goes away.
func (r Campaigns) Told(ctx context.Context, eventID, accountID, version string) error {
	return classify(r.with(ctx).Exec("INSERT INTO version_events (event_id, account_id, version) VALUES (?, ?, ?)",
		eventID, accountID, version).Error)
}

// CampaignNotice is a mail to somebody about a version that goes away.
type CampaignNotice struct {
	AccountID   string
	MemberID    string // empty for developer e-mails
	Email       string
	EmailFolded string
	State       model.NoticeState
	CreatedAt   time.Time
	SettledAt   *time.Time // when it had its final state; nil while it waits
}

// Notices is the last notice to each address that accounts were told of a
// version by, by account and address.
func (r Campaigns) Notices(ctx context.Context, version string, accounts map[string]bool) ([]CampaignNotice, error) {
	var all []CampaignNotice
	err := r.with(ctx).Table("version_events AS v").Joins("JOIN notices AS n ON n.event_id = v.event_id").
		Select("n.account_id, n.member_id, n.email, n.email_folded, n.state, n.created_at, n.settled_at").
		Where("v.version = ? AND v.account_id IN ?", version, slices.Sorted(maps.Keys(accounts))).
		Order("n.account_id, n.email_folded, n.created_at DESC, n.id DESC").Scan(&all).Error
	return slices.CompactFunc(all, func(a, b CampaignNotice) bool {
		return a.AccountID == b.AccountID && a.EmailFolded == b.EmailFolded
	}), classify(err)
}
