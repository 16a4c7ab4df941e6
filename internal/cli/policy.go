package cli

import (
	"strconv"

	"github.com/oapi-codegen/nullable"

	"github.com/tokenry/tokenry/client"
)

// policy is what an account asks of its tokens, and what becomes of them.
type policy struct {
	MaxLifetime       string `placeholder:"DURATION" help:"How long tokens may live at most, such as 365d, or none."`
	RequireExpiry     *bool  `negatable:"" help:"Whether tokens must have an end."`
	RequireCIDRs      *bool  `name:"require-cidrs" negatable:"" help:"Whether tokens must be bound to networks."`
	AllowSelfRotation *bool  `negatable:"" help:"Whether tokens may rotate themselves."`
	LeakPolicy        string `enum:",disable,revoke,tell" default:"" placeholder:"POLICY" help:"What becomes of leaked tokens: disable, revoke or only tell."`
	UnusedAfterDays   string `placeholder:"DAYS" help:"After how many days without use people are told of a token, or none."`
	UnusedDisable     *bool  `negatable:"" help:"Whether such a token is disabled 14 days later."`
}

// patch is nil if nothing was given.
func (p policy) patch() (*client.PolicyPatch, error) {
	if p == (policy{}) {
		return nil, nil
	}
	out := &client.PolicyPatch{
		RequireExpiry: p.RequireExpiry, RequireCidrs: p.RequireCIDRs, AllowSelfRotation: p.AllowSelfRotation,
		LeakPolicy: given(client.LeakPolicy(p.LeakPolicy)), UnusedDisable: p.UnusedDisable,
	}
	switch p.MaxLifetime {
	case "":
	case "none":
		out.MaxLifetimeSeconds = nullable.NewNullNullable[int64]()
	default:
		var longest lifetime
		if err := longest.UnmarshalText([]byte(p.MaxLifetime)); err != nil {
			return nil, err
		}
		out.MaxLifetimeSeconds = nullable.NewNullableWithValue(int64(longest.seconds()))
	}
	switch p.UnusedAfterDays {
	case "":
	case "none":
		out.UnusedAfterDays = nullable.NewNullNullable[int]()
	default:
		days, err := strconv.Atoi(p.UnusedAfterDays)
		if err != nil {
			return nil, usage("%q is not a number of days.", p.UnusedAfterDays)
		}
		out.UnusedAfterDays = nullable.NewNullableWithValue(days)
	}
	return out, nil
}

// leakOutcome says what becomes of a leaked token.
var leakOutcome = map[client.LeakPolicy]string{
	client.LeakPolicyDisable: "disabled", client.LeakPolicyRevoke: "revoked", client.LeakPolicyTell: "people are told",
}

// unusedOutcome says what becomes of a token that is not used.
func unusedOutcome(p client.Policy) string {
	if p.UnusedAfterDays == nil {
		return "nothing"
	}
	text := "people are told after " + strconv.Itoa(*p.UnusedAfterDays) + " days"
	if p.UnusedDisable {
		text += ", and it is disabled 14 days later"
	}
	return text
}
