package api

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/internal/github"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// maxMatches bounds the matches of one message.
const maxMatches = 1000

// reportFromGitHub handles POST /integrations/github/secret-scanning.
func (s *Server) reportFromGitHub(c echo.Context) error {
	if s.GitHub == nil {
		return model.NotFound()
	}
	r := c.Request()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("read body: %w", err)
	}
	err = s.GitHub.Check(r.Context(), r.Header.Get("Github-Public-Key-Identifier"), r.Header.Get("Github-Public-Key-Signature"), body)
	switch {
	case errors.Is(err, github.ErrNoKeys):
		return fmt.Errorf("%w: %w", model.Unavailable(), err)
	case err != nil:
		return s.badSignature(c)
	}
	var matches []GitHubMatch
	if err := json.Unmarshal(body, &matches); err != nil {
		return malformed()
	}
	if len(matches) > maxMatches {
		return echo.ErrStatusRequestEntityTooLarge
	}
	verdicts, err := s.judgeMatches(c, matches)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, verdicts)
}

func (s *Server) badSignature(c echo.Context) error {
	err := model.Errorf(model.KindUnauthenticated, "bad_signature", "The signature is missing, or not GitHub's.")
	s.record(s.placed(c, model.Actor{}), "reportFromGitHub", err, model.KindUnauthenticated)
	return err
}

// judgeMatches takes what GitHub has found, and says what of it is real. GitHub
// wants the SHA-256 of a match and does not say how it is written: in hex, as
// partners of its programme do.
func (s *Server) judgeMatches(c echo.Context, matches []GitHubMatch) ([]GitHubVerdict, error) {
	ctx := c.Request().Context()
	found := make([]service.Found, len(matches))
	for i, match := range matches {
		found[i] = service.FoundText(match.Token, given(match.URL))
	}
	known, err := s.Leaks.Known(ctx, found)
	if err != nil {
		return nil, err
	}
	verdicts := make([]GitHubVerdict, len(matches))
	var real []service.Found
	for i, match := range matches {
		verdicts[i] = GitHubVerdict{TokenHash: hex.EncodeToString(found[i].Sum[:]), TokenType: match.Type, Label: GitHubVerdictLabelFalsePositive}
		if known[i] {
			verdicts[i].Label = GitHubVerdictLabelTruePositive
			real = append(real, found[i])
		}
	}
	if len(real) == 0 {
		return verdicts, nil
	}
	address := addressText(clientAddress(c.Request(), s.TrustedProxies))
	return verdicts, s.Leaks.Report(ctx, service.FromGitHub, address, real)
}
