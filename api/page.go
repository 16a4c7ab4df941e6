package api

import (
	"crypto/rand"
	"html/template"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// page is a page for people who come from a mail and are not signed in.
type page struct {
	Lang, Title, Text string
	Action, Button    string // where the button posts to, and its text; empty for none
	Nonce             string
}

var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{.Title}}</title>
<style nonce="{{.Nonce}}">
  body { margin: 0; padding: 32px 12px; background: #f7f8f7; color: #1d2322; font: 16px/1.55 system-ui, sans-serif; }
  main { max-width: 34em; margin: 0 auto; padding: 28px 32px; background: #fff; border: 1px solid #e2e5e4; border-radius: 8px; }
  h1 { margin: 0 0 12px; font-size: 20px; }
  p { margin: 0 0 20px; overflow-wrap: anywhere; }
  button { padding: 10px 18px; border: 0; border-radius: 6px; background: #0c6b5b; color: #fff; font: inherit; font-weight: 600; cursor: pointer; }
  button:focus-visible { outline: 3px solid #55b2a0; outline-offset: 2px; }
  @media (prefers-color-scheme: dark) {
    body { background: #131716; color: #dbdfde; }
    main { background: #181c1b; border-color: #333a38; }
    button { background: #177f6d; }
  }
</style>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
<p>{{.Text}}</p>
{{- if .Button}}
<form method="post" action="{{.Action}}"><button type="submit">{{.Button}}</button></form>
{{- end}}
</main>
</body>
</html>
`))

// answerPage answers with a page.
func answerPage(c echo.Context, status int, p page) error {
	p.Nonce = rand.Text()
	var b strings.Builder
	if err := pageTemplate.Execute(&b, p); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentSecurityPolicy,
		"default-src 'none'; style-src 'nonce-"+p.Nonce+"'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	return c.HTML(status, b.String())
}

// answerBadLink says that a link does not work.
func answerBadLink(c echo.Context) error {
	lang := pageLanguage(c.Request().Header.Get("Accept-Language"))
	w := subscriptionWords[lang]
	return answerPage(c, http.StatusNotFound, page{Lang: lang, Title: w.badTitle, Text: w.bad})
}

// pageLanguage is the language of pages for readers of a language, or of an
// Accept-Language header.
func pageLanguage(tags string) string {
	if strings.HasPrefix(strings.ToLower(tags), "zh") {
		return "zh-CN"
	}
	return "en"
}
