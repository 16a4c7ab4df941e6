package api

import (
	"context"
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/text/language"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// feedLength is how many entries the feed has.
const feedLength = 50

// GetChangelogFeed handles GET /changelog.atom.
func (s *Server) GetChangelogFeed(ctx context.Context, req GetChangelogFeedRequestObject) (GetChangelogFeedResponseObject, error) {
	p := req.Params
	entries, _, err := s.Changelog.List(ctx, actorFrom(ctx), service.ListChangelog{
		Filter: service.ChangelogFilter{AccountType: given(p.AccountType), Version: given(p.Version)}, Limit: feedLength,
	})
	if err != nil {
		return nil, err
	}
	body, err := xml.MarshalIndent(s.toFeed(entries, p), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write feed: %w", err)
	}
	return feedAnswer{append([]byte(xml.Header), body...), given(p.IfNoneMatch)}, nil
}

// feedAnswer is a feed; its tag is that of the body.
type feedAnswer struct {
	body        []byte
	ifNoneMatch string
}

// VisitGetChangelogFeedResponse writes the feed, unless the caller has it.
func (a feedAnswer) VisitGetChangelogFeedResponse(w http.ResponseWriter) error {
	h, tag := w.Header(), tagOf(a.body)
	h.Set("ETag", tag)
	h.Add("Vary", "Accept-Language")
	if matches(a.ifNoneMatch, tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "application/atom+xml; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(a.body)
	return err
}

// atomFeed is a feed as in RFC 4287.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Categories []atomCategory `xml:"category"`
	Content    atomContent    `xml:"content"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr"`
}

type atomContent struct {
	Type     string `xml:"type,attr"`
	Language string `xml:"xml:lang,attr,omitempty"`
	HTML     string `xml:",chardata"`
}

func (s *Server) toFeed(entries []model.ChangelogEntry, p GetChangelogFeedParams) atomFeed {
	self := s.PublicURL + "/changelog.atom"
	query := url.Values{}
	for name, value := range map[string]string{"account_type": given(p.AccountType), "version": given(p.Version)} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if len(query) > 0 {
		self += "?" + query.Encode()
	}
	feed := atomFeed{
		ID: self, Title: "API changelog", Author: "Tokenry", Updated: time.Unix(0, 0).UTC().Format(time.RFC3339),
		Links: []atomLink{
			{"self", "application/atom+xml", self},
			{"alternate", "text/html", s.PublicURL + "/console/changelog"},
		},
	}
	var latest time.Time
	for i := range entries {
		e := &entries[i]
		feed.Entries = append(feed.Entries, s.toFeedEntry(e, given(p.AcceptLanguage)))
		if e.UpdatedAt.After(latest) {
			latest = e.UpdatedAt
			feed.Updated = latest.UTC().Format(time.RFC3339)
		}
	}
	return feed
}

func (s *Server) toFeedEntry(e *model.ChangelogEntry, acceptLanguage string) atomEntry {
	tag := languageOf(e, acceptLanguage)
	out := atomEntry{
		ID: uuid.NewSHA1(uuid.NameSpaceOID, []byte("tokenry changelog "+e.ID)).URN(), Title: e.Title[tag],
		Published: e.PublishedAt.UTC().Format(time.RFC3339), Updated: e.UpdatedAt.UTC().Format(time.RFC3339),
		Categories: []atomCategory{{string(e.Kind), s.PublicURL + "/changelog#kind"}},
		Content:    atomContent{"html", tag, paragraphs(e.Body[tag])},
	}
	if e.Version != "" {
		out.Categories = append(out.Categories, atomCategory{e.Version, s.PublicURL + "/changelog#version"})
	}
	return out
}

// languageOf is the language of an entry that suits a reader best; empty for the
// text that is for all others.
func languageOf(e *model.ChangelogEntry, acceptLanguage string) string {
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return ""
	}
	names, tags := []string{""}, []language.Tag{language.Und}
	for name := range e.Title {
		if name != "" {
			names, tags = append(names, name), append(tags, language.Make(name))
		}
	}
	_, i, confidence := language.NewMatcher(tags).Match(wanted...)
	if confidence == language.No {
		return ""
	}
	return names[i]
}

var (
	emptyLines = regexp.MustCompile(`\r?\n(?:[ \t]*\r?\n)+`)
	addresses  = regexp.MustCompile(`https?://[^\s<>"]*[^\s<>".,;:!?)\]]`)
)

// paragraphs is a plain text as HTML, with links where it has addresses.
func paragraphs(text string) string {
	var b strings.Builder
	for _, paragraph := range emptyLines.Split(strings.TrimSpace(text), -1) {
		if paragraph == "" {
			continue
		}
		b.WriteString("<p>")
		at := 0
		for _, found := range addresses.FindAllStringIndex(paragraph, -1) {
			address := html.EscapeString(paragraph[found[0]:found[1]])
			b.WriteString(lines(paragraph[at:found[0]]) + `<a href="` + address + `">` + address + "</a>")
			at = found[1]
		}
		b.WriteString(lines(paragraph[at:]) + "</p>")
	}
	return b.String()
}

func lines(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(html.EscapeString(text), "\r\n", "\n"), "\n", "<br/>")
}
