package mail

import (
	"fmt"
	"net/url"
	"strings"
	text "text/template"
	"time"
)

// words are the words of a language, about one notice. Templates call its
// methods.
type words struct {
	Notice
	set    *text.Template
	letter *Letter
	now    time.Time
	err    error // the first
}

// say is the text of that name.
func (w *words) say(name string, about any) string {
	var b strings.Builder
	if err := w.set.ExecuteTemplate(&b, name, about); err != nil && w.err == nil {
		w.err = fmt.Errorf("write mail: %w", err)
	}
	return b.String()
}

// known reports whether there is a text of that name.
func (w *words) known(name string) bool { return w.set.Lookup(name) != nil }

// Name is the name of the token.
func (w *words) Name() string {
	if len(w.Tokens) == 0 {
		return ""
	}
	return line(w.Tokens[0].Name)
}

// Account is the name of the account.
func (w *words) Account() string { return line(w.letter.Account) }

// Who is the name of the member.
func (w *words) Who() string { return line(w.Member) }

// Days is the whole days from now until a moment, rounded to the nearest.
func (w *words) Days(until *time.Time) int {
	return int((max(0, until.Sub(w.now)) + 12*time.Hour) / (24 * time.Hour))
}

// Hours is the whole hours from now until a moment, rounded up.
func (w *words) Hours(until *time.Time) int {
	return int((max(0, until.Sub(w.now)) + time.Hour - 1) / time.Hour)
}

// facts are the facts of the notice, those that it has.
func (w *words) facts() []fact {
	var all []fact
	add := func(label string, lines ...string) {
		if len(lines) > 0 && lines[0] != "" {
			all = append(all, fact{w.say("fact/"+label, nil), lines})
		}
	}
	w.tokenFacts(add)
	add("account", line(w.letter.Account))
	add("version", line(w.Version))
	w.timeFact(add, "sunset", w.Sunset)
	if w.known("kind/" + w.Kind) {
		add("kind", w.say("kind/"+w.Kind, nil))
	}
	w.webhookFacts(add)
	w.timeFact(add, "expires_at", w.ExpiresAt)
	w.timeFact(add, "last_used_at", w.LastUsedAt)
	if w.Type == "token.unused" && w.LastUsedAt == nil {
		add("last_used_at", w.say("never used", nil))
	}
	w.timeFact(add, "disabled_on", w.DisabledOn)
	w.timeFact(add, "grace", w.GraceEnds)
	add("fields", w.fields())
	add("reason", line(w.Reason))
	add("found", line(w.Found))
	add("ip", line(w.IP))
	add("route", line(w.Route))
	add("actor", line(w.Actor))
	add("at", w.Time(w.At))
	return all
}

func (w *words) timeFact(add func(string, ...string), label string, at *time.Time) {
	if at != nil {
		add(label, w.Time(*at))
	}
}

// webhookFacts names the webhook, and says how it fared.
func (w *words) webhookFacts(add func(string, ...string)) {
	if w.Webhook == nil {
		return
	}
	names := []string{line(w.Webhook.Host)}
	if description := line(w.Webhook.Description); description != "" {
		names = append(names, description)
	}
	add("webhook", names...)
	w.timeFact(add, "failing_since", w.Webhook.FailingSince)
	if answer := "answer/" + w.Webhook.Outcome; w.known(answer) {
		add("answer", w.say(answer, w.Webhook.Status))
	}
}

// tokenFacts names the tokens, and the secret if there is one token.
func (w *words) tokenFacts(add func(string, ...string)) {
	if strings.HasPrefix(w.Type, "token.") && len(w.Tokens) > 0 {
		add("token", w.Name(), w.Tokens[0].ID)
		if w.Tokens[0].Hint != "" {
			add("secret", w.say("secret", line(w.Tokens[0].Hint)))
		}
		return
	}
	var names []string
	for _, token := range w.Tokens[:min(len(w.Tokens), listedTokens)] {
		names = append(names, line(token.Name))
	}
	if more := w.Count - len(names); more > 0 {
		names = append(names, w.say("more", more))
	}
	add("tokens", names...)
}

// fields is what was changed, in words.
func (w *words) fields() string {
	var names []string
	for _, field := range w.Fields {
		name := line(field)
		if w.known("field/" + field) {
			name = w.say("field/"+field, nil)
		}
		names = append(names, name)
	}
	return strings.Join(names, w.say("separator", nil))
}

func query(text string) string { return url.QueryEscape(text) }
