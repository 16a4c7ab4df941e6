package mail_test

import (
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/tokenry/tokenry/internal/mail"
	"github.com/tokenry/tokenry/model"
)

const console = "https://tokens.example.com/console"

func render(t *testing.T, letter mail.Letter) *mail.Message {
	t.Helper()
	m, err := letter.Render()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Every type of event but the test of a webhook has a mail in each language.
func TestEveryTypeHasItsMail(t *testing.T) {
	t.Parallel()
	for _, language := range mail.Languages {
		var types []string
		for _, sample := range mail.Samples(language, console) {
			m := render(t, sample.Letter)
			types = append(types, sample.Name)
			for what, text := range map[string]string{"subject": m.Subject, "text": m.Text, "HTML": m.HTML} {
				if strings.TrimSpace(text) == "" || strings.Contains(text, "<no value>") || strings.Contains(text, "{{") {
					t.Errorf("%s in %s: %s %q", sample.Name, language, what, text)
				}
			}
			if m.Language != language || !strings.Contains(m.HTML, `lang="`+language+`"`) {
				t.Errorf("%s: language %q, want %q", sample.Name, m.Language, language)
			}
			for _, want := range []string{"Northwind Traders", "https://tokens.example.com/"} {
				if !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, want) {
					t.Errorf("%s in %s: %q is not in it", sample.Name, language, want)
				}
			}
		}
		for _, kind := range model.EventTypes() {
			if kind != model.EventWebhookTest && !slices.Contains(types, kind) {
				t.Errorf("%s: there is no mail about %s", language, kind)
			}
		}
	}
}

// Both languages have all texts.
func TestLanguagesHaveTheSameTexts(t *testing.T) {
	t.Parallel()
	var first []string
	for _, language := range mail.Languages {
		source, err := os.ReadFile("templates/" + language + ".tmpl")
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for part := range strings.SplitSeq(string(source), `{{define "`) {
			if name, _, ok := strings.Cut(part, `"}}`); ok {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		if first == nil {
			first = names
		}
		if !slices.Equal(names, first) {
			t.Errorf("%s has texts %v, want %v", language, names, first)
		}
	}
}

// Nothing is loaded from anywhere, and every link leads where it should.
func TestMailsLoadNothing(t *testing.T) {
	t.Parallel()
	for _, sample := range mail.Samples("en", console) {
		m := render(t, sample.Letter)
		page, err := html.Parse(strings.NewReader(m.HTML))
		if err != nil {
			t.Fatal(err)
		}
		for node := range page.Descendants() {
			if slices.Contains([]string{"img", "script", "link", "iframe", "object", "form"}, node.Data) {
				t.Errorf("%s has a %s", sample.Name, node.Data)
			}
			for _, a := range node.Attr {
				if u, err := url.Parse(a.Val); a.Key == "href" && (err != nil || u.Scheme != "https") {
					t.Errorf("%s links to %q", sample.Name, a.Val)
				}
			}
		}
		if strings.Contains(m.HTML, "@import") || strings.Contains(m.HTML, "url(") {
			t.Errorf("%s loads something", sample.Name)
		}
	}
}

// Names come from partners: they can neither add a header or a fact nor markup.
func TestNamesCannotForge(t *testing.T) {
	t.Parallel()
	name := "x\r\nBcc: eve@example.com\n\nAccount: Contoso \u202e<b>bold</b><script>alert(1)</script>"
	letter := mail.Letter{
		ID: "1", Email: "ada@example.com", Name: name, Role: mail.Contact, Account: name, Console: console, Now: time.Now(),
		Notices: []mail.Notice{{Type: "token.created", At: time.Now(), Actor: name, Tokens: []mail.Token{{ID: "2", Name: name}}, Count: 1}},
	}
	m := render(t, letter)
	if strings.ContainsAny(m.Subject, "\r\n\u202e") {
		t.Errorf("subject %q", m.Subject)
	}
	for line := range strings.Lines(m.Text) {
		if strings.HasPrefix(line, "Bcc:") || strings.HasPrefix(line, "Account: Contoso") {
			t.Errorf("the text has the line %q", line)
		}
	}
	if strings.Contains(m.HTML, "<b>") || strings.Contains(m.HTML, "<script>") {
		t.Error("the HTML has markup from the name")
	}
}

func TestTimeLeft(t *testing.T) {
	t.Parallel()
	tests := map[time.Duration]string{
		30 * 24 * time.Hour: "in 30 days", 7*24*time.Hour - 20*time.Second: "in 7 days", 40 * time.Hour: "in 2 days",
		24*time.Hour - 20*time.Second: "in 24 hours", time.Hour: "in 1 hour", time.Minute: "in 1 hour",
	}
	for left, want := range tests {
		now := time.Now()
		m := render(t, mail.Letter{
			ID: "1", Role: mail.Contact, Console: console, Now: now,
			Notices: []mail.Notice{{Type: "token.expiring", At: now, ExpiresAt: new(now.Add(left)), Tokens: []mail.Token{{ID: "2", Name: "T"}}}},
		})
		if !strings.Contains(m.Subject, want+":") {
			t.Errorf("%s before the end the subject is %q, want %q", left, m.Subject, want)
		}
	}
}
