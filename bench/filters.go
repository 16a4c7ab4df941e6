package main

import (
	"fmt"
	"net/url"
	"strings"
	"time"
)

// filters is what lists are measured with: each filter where it leaves much,
// little and nothing, and combinations that mislead a planner. fill.sql says
// how frequent what is. What stands in brackets differs from run to run; see
// replacements.
var filters = []string{
	"",
	"q=n", "q=ni", "q=z", "q=zz", // beginnings: a sixth and a twelfth of all, none
	"q=report", "q=nightly", "q=999", "q=zanzibar", "q=123456", "q=xqjz", "q=ortrepo",
	"status=active", "status=disabled", "status=revoked", "status=expired", "status=disabled,expired",
	"version=16", "version=14", "version=13", "version=99",
	"scope=[commonest]", "scope=[common]", "scope=[uncommon]", "scope=rare.scope", "scope=no.such",
	"contact=[busiest]", "contact=[busy]", "contact=[inactive]", "contact=nobody", "contact=dev0@partner.example", "contact=dev2999@partner.example",
	"contact_missing=true", "contact_missing=false",
	"created_after=[1d]", "created_before=[1d]", "unused_since=[1d]",
	"created_after=[30d]", "created_before=[30d]", "unused_since=[30d]",
	"created_after=[365d]", "created_before=[365d]", "unused_since=[365d]",
	"created_after=[1000d]", "created_before=[1000d]", "unused_since=[1000d]",
	"created_after=[2000d]", "created_before=[2000d]", "unused_since=[2000d]",
	"created_after=[400d]&created_before=[395d]",
	"status=active&unused_since=[365d]",
	"status=active&unused_since=[365d]&version=14",
	"status=expired&unused_since=[365d]",
	"status=disabled&version=13",
	"status=revoked&scope=rare.scope",
	"status=active&contact=[busy]",
	"status=active&q=zanzibar",
	"q=report&scope=rare.scope",
	"q=report&version=13",
	"q=999&scope=[commonest]",
}

// replacements is what the brackets of filters stand for.
func replacements(scopes, members []string) *strings.Replacer {
	pairs := []string{
		"[commonest]", scopes[0], "[common]", scopes[10], "[uncommon]", scopes[len(scopes)-1],
		"[busiest]", members[0], "[busy]", members[30], "[inactive]", members[len(members)-1],
	}
	for _, days := range []int{1, 30, 365, 395, 400, 1000, 2000} {
		at := time.Now().AddDate(0, 0, -days).UTC().Format(time.RFC3339)
		pairs = append(pairs, fmt.Sprintf("[%dd]", days), url.QueryEscape(at))
	}
	return strings.NewReplacer(pairs...)
}
