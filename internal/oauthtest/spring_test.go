package oauthtest

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/testdb"
)

// TestSpring sends requests as the opaque token introspectors of Spring Security
// do, and reads the answers as they do. The requests in testdata/spring are written
// by hand after its sources, SpringOpaqueTokenIntrospector over RestTemplate and
// SpringReactiveOpaqueTokenIntrospector over WebClient; no Spring runs here. Its older
// constructors leave id and secret as they are, its builders encode them.
func TestSpring(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		s := start(t, db)
		checker, good, revoked := s.operators("tokenry.verify"), s.partners(), s.partners()
		must(t, s.client.RevokeSecret(t.Context(), revoked.Secret))
		requests, err := filepath.Glob("testdata/spring/*.http")
		must(t, err)
		if len(requests) != 2 {
			t.Fatalf("requests %v", requests)
		}
		plain := checker.ID + ":" + checker.Secret
		encoded := checker.ID + ":" + strings.ReplaceAll(url.QueryEscape(checker.Secret), "_", "%5F")
		for _, request := range requests {
			for _, credentials := range []string{plain, encoded} {
				status, body := s.replay(request, credentials, good.Secret)
				s.wantActive(request, status, body, good.ID)
				status, body = s.replay(request, credentials, revoked.Secret)
				if status != http.StatusOK || strings.TrimSpace(string(body)) != `{"active":false}` {
					t.Errorf("%s: of a revoked one: %d %s", request, status, body)
				}
			}
			if status, _ := s.replay(request, checker.ID+":wrong", good.Secret); status != http.StatusUnauthorized {
				t.Errorf("%s: with a wrong secret: %d", request, status)
			}
		}
	})
}

// wantActive reads an answer as Spring does: it casts exp and iat to numbers and
// splits scope at its spaces.
func (s *server) wantActive(request string, status int, body []byte, id string) {
	s.t.Helper()
	var claims struct {
		Active   bool
		Scope    string
		Sub      string
		ClientID string `json:"client_id"`
		Iss      string
		Iat      int64
	}
	must(s.t, json.Unmarshal(body, &claims))
	issuer, err := url.Parse(claims.Iss)
	if status != http.StatusOK || !claims.Active || claims.ClientID != id || claims.Sub != id || err != nil || issuer.Host != s.address ||
		strings.Join(strings.Split(claims.Scope, " "), ",") != "actions.list_actions,jobs.list_jobs" ||
		time.Since(time.Unix(claims.Iat, 0)).Abs() > time.Hour {
		s.t.Errorf("%s: %d %s", request, status, body)
	}
}

// replay sends a request of testdata with these credentials and about this secret.
func (s *server) replay(file, credentials, secret string) (status int, body []byte) {
	s.t.Helper()
	text, err := os.ReadFile(file)
	must(s.t, err)
	head, form, _ := strings.Cut(string(text), "\n\n")
	form = strings.ReplaceAll(form, "{token}", secret)
	head = strings.NewReplacer("\n", "\r\n", "{host}", s.address, "{length}", strconv.Itoa(len(form)),
		"{basic}", base64.StdEncoding.EncodeToString([]byte(credentials))).Replace(head)
	conn, err := (&net.Dialer{Timeout: 30 * time.Second}).DialContext(s.t.Context(), "tcp", s.address)
	must(s.t, err)
	defer conn.Close()
	must(s.t, conn.SetDeadline(time.Now().Add(30*time.Second)))
	_, err = io.WriteString(conn, head+"\r\n\r\n"+form)
	must(s.t, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(s.t, err)
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	must(s.t, err)
	return res.StatusCode, body
}
