package api

import (
	"net/netip"
	"net/url"
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/tokenry/tokenry/service"
)

// FuzzQuestion: what the scanner takes for a good question the reader takes for
// the same, and what that takes for one says the same to a strict decoder of
// JSON.
func FuzzQuestion(f *testing.F) {
	f.Add(`{"secret":"s","scopes":["a","b"],"match":"any","method":"GET","path":"/a?b","version":"16","ip":"::ffff:203.0.113.9"}`)
	f.Add(`{"secret":"s","scopes":[],"Secret":"t","secret":1}`)
	f.Add(`{"secret":"\u0000","match":"all"} `)
	f.Add("\ufeff{}")
	f.Add(`{ "secret" : "s" , "version":"", "ip":"fe80::1%eth0"}`)
	f.Add(`{"secret":"s","path":"/a"}`)
	f.Add(`{"secret":"s","method":"get","path":""}x`)
	f.Fuzz(func(t *testing.T, body string) {
		wantScan(t, `{"items":[`+body+`,`+body+`]}`, true)
		wantScan(t, body, false)
		questions, err := readQuestions(&url.URL{}, body, false)
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

// wantScan sees that what can be scanned is read alike.
func wantScan(t *testing.T, body string, batch bool) {
	t.Helper()
	scan := scanner{text: body}
	scanned, ok := scan.body(nil, batch)
	if !ok {
		return
	}
	if read, err := readQuestions(&url.URL{}, body, batch); err != nil || !reflect.DeepEqual(read, scanned) {
		t.Errorf("%q was scanned as %+v, and read as %+v: %v", body, scanned, read, err)
	}
}
