package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// maxQuestions is how many secrets a batch may ask about.
const maxQuestions = 100

// verifyToken handles POST /tokens/verify.
func (s *Server) verifyToken(c echo.Context) error {
	questions, err := readQuestions(c.Request(), false)
	if err != nil {
		return err
	}
	s.tellSequence(c)
	answer, err := s.verify(c.Request().Context(), questions[0])
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answer)
}

// verifyTokens handles POST /tokens/verify/batch.
func (s *Server) verifyTokens(c echo.Context) error {
	questions, err := readQuestions(c.Request(), true)
	if err != nil {
		return err
	}
	answers := make([]verification, len(questions))
	for i, question := range questions {
		if answers[i], err = s.verify(c.Request().Context(), question); err != nil {
			return err
		}
	}
	return c.JSON(http.StatusOK, map[string][]verification{"items": answers})
}

// readQuestions reads the body of a check: one question, or a batch.
func readQuestions(r *http.Request, batch bool) ([]service.Question, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)); kind != echo.MIMEApplicationJSON {
		return nil, echo.ErrUnsupportedMediaType
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	in := questionReader{decoder: jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true))}
	if r.URL.RawQuery != "" {
		in.check.unknown(r.URL.Query(), nil)
	}
	var questions []service.Question
	if batch {
		questions = in.batch()
	} else {
		questions = []service.Question{in.question("")}
	}
	if _, err := in.decoder.ReadToken(); err != io.EOF || in.err != nil { //nolint:errorlint // never wrapped
		return nil, malformed()
	}
	return questions, model.Invalid(in.check.faults)
}

// verification is an answer as it is sent.
type verification struct {
	Valid         bool     `json:"valid"`
	Code          string   `json:"code"`
	MissingScopes []string `json:"missing_scopes,omitempty"`
	*proven
	AsOf time.Time `json:"as_of"`
}

// proven is what is said once the secret has been proven.
type proven struct {
	TokenID     string            `json:"token_id"`
	AccountID   string            `json:"account_id"`
	AccountType string            `json:"account_type"`
	Name        string            `json:"name"`
	Version     string            `json:"version"`
	Scopes      []string          `json:"scopes"`
	SecretState SecretState       `json:"secret_state"`
	ExpiresAt   *time.Time        `json:"expires_at"`
	Metadata    map[string]string `json:"metadata"`
	Claims      map[string]string `json:"claims"`
}

func (s *Server) verify(ctx context.Context, question service.Question) (verification, error) {
	answer, err := s.Verifier.Verify(ctx, question)
	if err != nil {
		return verification{}, err
	}
	said := verification{Valid: answer.Valid(), Code: answer.Code, MissingScopes: answer.MissingScopes, AsOf: answer.AsOf.UTC()}
	if tok := answer.Token; tok != nil {
		said.proven = &proven{
			TokenID: tok.ID, AccountID: tok.AccountID, AccountType: answer.Account.Type, Name: tok.Name, Version: tok.Version,
			Scopes: tok.Scopes, SecretState: secretState(answer.Previous), ExpiresAt: utc(tok.ExpiresAt),
			Metadata: textsOf(tok.Metadata), Claims: textsOf(tok.Claims),
		}
	}
	return said, nil
}
