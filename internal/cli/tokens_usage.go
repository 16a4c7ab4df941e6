package cli

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/tokenry/tokenry/client"
)

type tokensUsage struct {
	oneToken
	Since ago    `placeholder:"WHEN" help:"From then on: a time, a date, or 7d for the last week; the last 30 days unless said."`
	Until ago    `placeholder:"WHEN" help:"Before then; until now unless said."`
	By    string `enum:"hour,day,month" default:"day" placeholder:"TIME" help:"Count by the hour, day or month (${default})."`
}

// Run prints how a token was used.
func (c *tokensUsage) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	usage, err := tokenry.TokenUsage(ctx, string(c.ID), client.GetTokenUsageParams{
		Since: c.Since.at, Until: c.Until.at, Resolution: new(client.GetTokenUsageParamsResolution(c.By)),
	}, in)
	if err != nil {
		return err
	}
	if c.JSON {
		return env.json(usage)
	}
	return env.printUsage(usage)
}

func (e *Env) printUsage(u client.TokenUsage) error {
	counts, secrets := make([][]string, len(u.Counts)), make([][]string, len(u.Secrets))
	scopes, callers := make([][]string, len(u.Scopes)), make([][]string, len(u.Callers))
	for i, c := range u.Counts {
		counts[i] = []string{begin(c.Start, c.Resolution), string(c.Code), number(c.Count)}
	}
	for i, c := range u.Scopes {
		scopes[i] = []string{orOther(c.Scope), string(c.SecretState), string(c.Code), number(c.Count)}
	}
	for i, c := range u.Callers {
		callers[i] = []string{orOther(c.Caller), string(c.SecretState), string(c.Code), number(c.Count)}
	}
	for i, c := range u.Secrets {
		secrets[i] = []string{
			string(c.SecretState), string(c.Code), number(c.Count), moment(&c.LastAt, ""), orDash(c.LastIP), orDash(c.LastCaller),
		}
	}
	last := [][]string{{"last used", moment(u.LastUsedAt, "not in 13 months")}}
	if u.LastUsedAt != nil {
		last = append(last, []string{"from address", orDash(u.LastIP)}, []string{"asked by", orDash(u.LastCaller)})
	}
	last = append(last, []string{"answers since " + moment(&u.Since, ""), number(u.Total)})
	if err := e.table(nil, last); err != nil {
		return err
	}
	for _, part := range []struct {
		header []string
		rows   [][]string
	}{
		{[]string{"SECRET", "CODE", "COUNT", "LAST", "ADDRESS", "CALLER"}, secrets},
		{[]string{"TIME (UTC)", "CODE", "COUNT"}, counts},
		{[]string{"SCOPE", "SECRET", "CODE", "COUNT"}, scopes},
		{[]string{"CALLER", "SECRET", "CODE", "COUNT"}, callers},
	} {
		if len(part.rows) == 0 {
			continue
		}
		fmt.Fprintln(e.Stdout)
		if err := e.table(part.header, part.rows); err != nil {
			return err
		}
	}
	return nil
}

// begin is the start of an hour, day or month.
func begin(at time.Time, by client.UsageResolution) string {
	layouts := map[client.UsageResolution]string{"hour": "2006-01-02 15:00", "day": time.DateOnly, "month": "2006-01"}
	return at.UTC().Format(layouts[by])
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// orOther is the name, or that of all that were too many to be told apart.
func orOther(name *string) string {
	if name == nil {
		return "(other)"
	}
	return *name
}
