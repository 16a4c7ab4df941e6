package service

import "github.com/tokenry/tokenry/repository"

// The filters of lists go to the database as they are.
type (
	// TokenFilter narrows a list of tokens.
	TokenFilter = repository.TokenFilter
	// AccountFilter narrows a list of accounts.
	AccountFilter = repository.AccountFilter
	// MemberFilter narrows a list of members.
	MemberFilter = repository.MemberFilter
	// AuditFilter narrows a list of audit entries.
	AuditFilter = repository.AuditFilter
	// ChangelogFilter narrows a list of changelog entries.
	ChangelogFilter = repository.ChangelogFilter
	// EventFilter narrows a list of events.
	EventFilter = repository.EventFilter
	// NoticeFilter narrows a list of notices.
	NoticeFilter = repository.NoticeFilter
	// DeliveryFilter narrows a list of deliveries to a webhook.
	DeliveryFilter = repository.DeliveryFilter
)
