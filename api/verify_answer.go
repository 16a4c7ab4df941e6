package api

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tokenry/tokenry/service"
)

// appendAnswer writes an answer as JSON. Until the secret has been proven, it
// tells the code alone.
func appendAnswer(b []byte, a *service.Answer, s *stamp) []byte {
	b = append(b, `{"valid":`...)
	b = strconv.AppendBool(b, a.Valid())
	b = append(b, `,"code":"`...)
	b = append(b, a.Code...)
	b = append(b, '"')
	if len(a.MissingScopes) > 0 {
		b = append(b, `,"missing_scopes":`...)
		b = appendTexts(b, a.MissingScopes)
	}
	if a.Token != nil {
		b = appendProven(b, a)
	}
	b = append(b, `,"as_of":"`...)
	b = append(b, s.of(a.AsOf)...)
	return append(b, `"}`...)
}

// stamp is the last moment that was written, for the answers of a batch have
// the same.
type stamp struct {
	at   time.Time
	text []byte
}

// of is a moment as a text.
func (s *stamp) of(at time.Time) []byte {
	if at != s.at || s.text == nil {
		s.at, s.text = at, at.UTC().AppendFormat(s.text[:0], time.RFC3339Nano)
	}
	return s.text
}

// appendProven writes whose secret it is.
func appendProven(b []byte, a *service.Answer) []byte {
	tok := a.Token
	b = append(b, `,"token_id":"`...)
	b = append(b, tok.ID...)
	b = append(b, `","account_id":"`...)
	b = append(b, tok.AccountID...)
	b = append(b, `","account_type":`...)
	b = appendText(b, a.Account.Type)
	b = append(b, `,"name":`...)
	b = appendText(b, tok.Name)
	b = append(b, `,"version":`...)
	b = appendText(b, tok.Version)
	b = appendVersionState(b, a)
	b = append(b, `,"scopes":`...)
	b = appendTexts(b, tok.Scopes)
	b = append(b, `,"secret_state":"`...)
	b = append(b, secretState(a.Previous)...)
	b = append(b, `","expires_at":`...)
	if expires := tok.ExpiresAt(); expires.IsZero() {
		b = append(b, "null"...)
	} else {
		b = append(b, '"')
		b = expires.AppendFormat(b, time.RFC3339Nano)
		b = append(b, '"')
	}
	if a.JWT != nil {
		b = append(b, `,"audience":`...)
		b = appendTexts(b, a.JWT.Audience)
	}
	b = append(b, `,"metadata":`...)
	b = append(b, tok.Metadata...)
	b = append(b, `,"claims":`...)
	return append(b, tok.Claims...)
}

// appendVersionState writes that people are to leave the API version, and by when.
func appendVersionState(b []byte, a *service.Answer) []byte {
	if a.VersionState == "" {
		return b
	}
	b = append(b, `,"version_state":"`...)
	b = append(append(b, a.VersionState...), '"')
	b = appendMoment(b, `,"deprecation":"`, a.Deprecation)
	return appendMoment(b, `,"sunset":"`, a.Sunset)
}

// appendMoment writes a moment that the catalog has, if it has.
func appendMoment(b []byte, name string, at *time.Time) []byte {
	if at == nil {
		return b
	}
	b = append(b, name...)
	return append(at.UTC().AppendFormat(b, time.RFC3339Nano), '"')
}

func appendTexts(b []byte, texts []string) []byte {
	b = append(b, '[')
	for i, text := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, text)
	}
	return append(b, ']')
}

func appendText(b []byte, text string) []byte {
	quoted, _ := jsontext.AppendQuote(b, text) // what is no text has been replaced
	return quoted
}
