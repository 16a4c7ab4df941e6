package mail

import (
	"embed"
	html "html/template"
	"slices"
	"strings"
	text "text/template"
	"time"
)

// Languages are those that mails are written in.
var Languages = []string{"en", "zh-CN"}

const (
	// digestFrom is how many notices make a mail a digest.
	digestFrom = 2
	// listed is how many notices a digest names, and tokens a notice.
	listedNotices = 50
	listedTokens  = 20
)

//go:embed templates
var templates embed.FS

var (
	wordsOf = loadWords()
	page    = html.Must(html.ParseFS(templates, "templates/mail.html.tmpl"))
	plainer = text.Must(text.ParseFS(templates, "templates/mail.txt.tmpl"))
)

func loadWords() map[string]*text.Template {
	all := map[string]*text.Template{}
	for _, language := range Languages {
		all[language] = text.Must(text.ParseFS(templates, "templates/"+language+".tmpl"))
	}
	return all
}

// language is the one of Languages for a reader of the given language.
func language(tag string) string {
	if base, _, _ := strings.Cut(strings.ToLower(tag), "-"); base == "zh" {
		return "zh-CN"
	}
	return "en"
}

// content is what both forms of a mail are made of.
type content struct {
	Lang, Tone      string
	Subject         string
	Paragraphs      []string
	Facts           []fact
	Items           []item // of a digest
	More            string // than the items
	AdviceTitle     string
	Advice          []string
	Button          *link
	Links           []link
	Why, Never      string
	Unsubscribe     *link
	UnsubscribeFrom string // in words
	Colon           string
}

type fact struct {
	Label string
	Lines []string
}

type link struct{ Text, URL string }

// item is a notice of a digest.
type item struct {
	Subject, At, Tone, URL string
}

// Render writes the mail.
func (l *Letter) Render() (*Message, error) {
	w := &words{set: wordsOf[language(l.Language)], letter: l, now: l.Now}
	c := w.content()
	if w.err != nil {
		return nil, w.err
	}
	m := &Message{
		ID: l.ID, To: l.Email, ToName: l.Name, Language: c.Lang, Subject: c.Subject, Unsubscribe: l.Unsubscribe, Date: l.Now,
	}
	var b strings.Builder
	if err := plainer.Execute(&b, c); err != nil {
		return nil, err
	}
	m.Text = b.String()
	b.Reset()
	if err := page.Execute(&b, c); err != nil {
		return nil, err
	}
	m.HTML = b.String()
	return m, nil
}

// content is what the letter says.
func (w *words) content() content {
	l := w.letter
	c := content{
		Lang: language(l.Language), Colon: w.say("colon", nil), AdviceTitle: w.say("advice", nil),
		Why: w.say("why/"+string(l.Role), line(l.Account)), Never: w.say("never", nil),
	}
	if l.Unsubscribe != "" {
		c.Unsubscribe = &link{w.say("unsubscribe", nil), l.Unsubscribe}
		c.UnsubscribeFrom = w.say("unsubscribe/what", line(l.Account))
	}
	if len(l.Notices) >= digestFrom {
		w.digest(&c)
		return c
	}
	w.Notice = l.Notices[0]
	c.Tone = tone(w.Type)
	c.Subject = line(w.say(w.Type+"/subject", w))
	c.Paragraphs = lines(w.say(w.Type+"/text", w))
	c.Facts = w.facts()
	c.Advice = lines(w.say(w.Type+"/advice", w))
	links := w.links()
	c.Button, c.Links = &links[0], links[1:]
	return c
}

func (w *words) digest(c *content) {
	notices := w.letter.Notices
	c.Subject, c.Paragraphs = w.say("digest/subject", len(notices)), lines(w.say("digest/text", nil))
	c.Facts = []fact{{w.say("fact/account", nil), []string{line(w.letter.Account)}}}
	for _, n := range notices[:min(len(notices), listedNotices)] {
		w.Notice = n
		it := item{Subject: line(w.say(n.Type+"/subject", w)), At: w.Time(n.At), Tone: tone(n.Type), URL: w.links()[0].URL}
		c.Items = append(c.Items, it)
		if c.Tone == "" || slices.Index(tones, it.Tone) > slices.Index(tones, c.Tone) {
			c.Tone = it.Tone
		}
	}
	if more := len(notices) - listedNotices; more > 0 {
		c.More = w.say("digest/more", more)
	}
	c.Button = &link{w.say("digest/button", nil), w.letter.Console + "/notices"}
}

// tones order what a mail says by how bad it is.
var tones = []string{"calm", "soon", "bad"}

func tone(kind string) string {
	switch kind {
	case "token.leaked", "token.decoy_used", "token.expired", "version.retired", "webhook.disabled":
		return "bad"
	case "token.expiring", "token.unused", "token.previous_secret_used", "version.deprecated", "version.sunset_approaching",
		"contact.missing":
		return "soon"
	}
	return "calm"
}

// links are where the reader may go on, the likeliest first.
func (w *words) links() []link {
	console := w.letter.Console
	kind, _, _ := strings.Cut(w.Type, ".")
	switch kind {
	case "version":
		all := []link{{w.say("button/tokens", nil), console + "/tokens?version=" + query(w.Version)}}
		if w.Acknowledge != "" {
			all = append([]link{{w.say("button/acknowledge", nil), w.Acknowledge}}, all...)
		}
		if w.DocsURL != "" {
			all = append(all, link{w.say("button/docs", nil), w.DocsURL})
		}
		return all
	case "changelog":
		return []link{{w.say("button/changelog", nil), console + "/changelog"}}
	case "contact":
		return []link{{w.say("button/tokens", nil), console + "/tokens?contact=missing"}}
	case "webhook":
		return []link{{w.say("button/webhook", nil), console + "/webhooks/" + w.Webhook.ID}}
	}
	if len(w.Tokens) == 0 {
		return []link{{w.say("button/tokens", nil), console + "/tokens"}}
	}
	return []link{{w.say("button/token", nil), console + "/tokens/" + w.Tokens[0].ID}}
}

// Time is a moment as the reader writes it, with its zone.
func (w *words) Time(at time.Time) string { return w.say("time", at.UTC()) }
