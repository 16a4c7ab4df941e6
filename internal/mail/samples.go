package mail

import "time"

// Sample is a mail as people get it, with made-up facts.
type Sample struct {
	Name   string // without a language, such as "token.expiring"
	Letter Letter
}

// Samples is a mail of every kind, in a language.
func Samples(language, console string) []Sample {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var all []Sample
	add := func(name string, role Role, notices ...Notice) {
		letter := Letter{
			ID: "0NcLbQhmXf0wQ2qJkT9sVd", Email: "ada@northwind.example", Name: "Ada Lovelace", Language: language, Role: role,
			Account: "Northwind Traders", Console: console, Notices: notices, Now: now,
		}
		if role == Developer {
			letter.Email, letter.Name = "dev@northwind.example", ""
			letter.Unsubscribe = console[:len(console)-len("/console")] + "/unsubscribe?link=sample"
		}
		all = append(all, Sample{name, letter})
	}
	notices := sampleNotices(now)
	for _, notice := range notices {
		role := Contact
		switch notice.Type {
		case "token.expiring":
			role = Developer
		case "token.decoy_used", "contact.missing", "webhook.disabled":
			role = Admin
		}
		add(notice.Type, role, notice)
	}
	add("digest", Contact, notices[:12]...)
	return all
}

func sampleNotices(now time.Time) []Notice {
	in := func(d time.Duration) *time.Time { return new(now.Add(d)) }
	const day = 24 * time.Hour
	token := Token{ID: "0NcLbQhmUQbZcuvcVwZfVG", Name: "Nightly report export", Hint: "3Ey0", Version: "15"}
	others := []Token{token, {ID: "0NcLbQhmUQbZcuvcVwZfVH", Name: "Invoices", Hint: "aQ7x", Version: "15"}}
	of := func(kind, actor string, n Notice) Notice {
		n.Type, n.At, n.Actor = kind, now.Add(-time.Minute), actor
		if n.Tokens == nil {
			n.Tokens = []Token{token}
		}
		n.Count = len(n.Tokens)
		return n
	}
	const grace = "Grace Hopper"
	return []Notice{
		of("token.created", grace, Notice{}),
		of("token.changed", grace, Notice{Fields: []string{"contacts.developers", "expires_at", "scopes"}}),
		of("token.rotated", grace, Notice{GraceEnds: in(day)}),
		of("token.disabled", grace, Notice{Reason: "The export is being rebuilt."}),
		of("token.enabled", grace, Notice{}),
		of("token.revoked", grace, Notice{Reason: "The partner has left."}),
		of("token.deleted", grace, Notice{}),
		of("token.expiring", "", Notice{ExpiresAt: in(7 * day)}),
		of("token.expired", "", Notice{ExpiresAt: in(-time.Minute)}),
		of("token.unused", "", Notice{LastUsedAt: in(-90 * day), DisabledOn: in(14 * day)}),
		of("token.previous_secret_used", "", Notice{GraceEnds: in(20 * time.Hour), LastUsedAt: in(-time.Hour)}),
		of("token.leaked", "", Notice{Found: "https://github.com/example/app/blob/main/.env", Outcome: "disabled"}),
		of("token.decoy_used", "", Notice{IP: "203.0.113.9", Route: "GET /v1/reports"}),
		of("version.deprecated", "", Notice{
			Version: "15", Sunset: in(90 * day), DocsURL: "https://developers.example.com/16", Tokens: others, Refuses: true,
			Acknowledge: "https://tokens.example.com/acknowledge?link=sample",
		}),
		of("version.sunset_approaching", "", Notice{
			Version: "15", Sunset: in(7 * day), Tokens: others, Refuses: true,
			Acknowledge: "https://tokens.example.com/acknowledge?link=sample",
		}),
		of("version.retired", "", Notice{Version: "15", Sunset: in(-time.Minute), Tokens: others, Refuses: true}),
		of("changelog.published", "", Notice{
			Title: "Reports can be asked for by hour", Kind: "added", Version: "16", Tokens: []Token{},
			Summary: "GET /reports takes a resolution. Programs that do not ask for one get days, as before.",
		}),
		of("contact.missing", grace, Notice{Member: "Charles Babbage", Tokens: others}),
		of("webhook.disabled", "", Notice{
			Tokens: []Token{}, Webhook: &Webhook{
				ID: "0NcLbQhmW1m8c9oZk2dT5u", Host: "hooks.northwind.example", Description: "Tells our chat",
				Reason: "failing", FailingSince: in(-5 * day), Outcome: "refused", Status: 500,
			},
		}),
	}
}
