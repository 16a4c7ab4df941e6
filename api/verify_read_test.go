package api

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/tokenry/tokenry/service"
)

// FuzzQuestion: what the reader takes for a good question says the same to a
// strict decoder of JSON.
func FuzzQuestion(f *testing.F) {
	f.Add(`{"secret":"s","scopes":["a","b"],"match":"any","method":"GET","path":"/a?b","version":"16","ip":"::ffff:203.0.113.9"}`)
	f.Add(`{"secret":"s","scopes":[],"Secret":"t","secret":1}`)
	f.Add(`{"secret":"\u0000","match":"all"} `)
	f.Add("\ufeff{}")
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, "/tokens/verify", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		questions, err := readQuestions(r, false)
		if err != nil {
			return
		}
		var want struct {
			Secret  *string  `json:"secret"`
			Scopes  []string `json:"scopes"`
			Match   string   `json:"match"`
			Method  string   `json:"method"`
			Path    string   `json:"path"`
			Version string   `json:"version"`
			IP      string   `json:"ip"`
		}
		if err := json.Unmarshal([]byte(body), &want, json.RejectUnknownMembers(true)); err != nil || want.Secret == nil {
			t.Fatalf("%q was taken for a question: %v", body, err)
		}
		question := service.Question{
			Secret: *want.Secret, Scopes: want.Scopes, Any: want.Match == "any", Method: want.Method, Path: want.Path, Version: want.Version,
		}
		if want.IP != "" {
			question.IP = netip.MustParseAddr(want.IP)
		}
		if (question.Method == "") != (question.Path == "") || !reflect.DeepEqual(questions[0], question) {
			t.Errorf("%q was read as %+v", body, questions[0])
		}
	})
}
