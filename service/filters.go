package service

import "github.com/tokenry/tokenry/repository"

// The filters of lists, which go to the database as they are.
type (
	TokenFilter   = repository.TokenFilter
	AccountFilter = repository.AccountFilter
	MemberFilter  = repository.MemberFilter
	AuditFilter   = repository.AuditFilter
)
