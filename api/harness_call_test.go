package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// contract is openapi.yaml as it stands at the root.
var contract = sync.OnceValue(func() *openapi3.T {
	data, err := os.ReadFile("../openapi.yaml")
	if err != nil {
		panic(err)
	}
	spec, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		panic(err)
	}
	return spec
})

var router = sync.OnceValue(func() routers.Router {
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.PlainBodyDecoder)
	r, err := legacy.NewRouter(contract(), openapi3.DisableExamplesValidation())
	if err != nil {
		panic(err)
	}
	return r
})

// answer is what the server said.
type answer struct {
	t      *testing.T
	asked  string
	status int
	header http.Header
	body   []byte
}

// call sends "METHOD path" with a credential, which may be empty, and headers
// ("Name: value"). A session's cookie is sent as a page of the server would. The
// body is sent as it is if it is a string, else as JSON.
func (h *harness) call(credential, request string, body any, headers ...string) answer {
	h.t.Helper()
	method, path, _ := strings.Cut(request, " ")
	var content io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(body)
	default:
		text, err := json.Marshal(body)
		h.must(err)
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.server.URL+path, content)
	h.must(err)
	if strings.HasPrefix(credential, "tokenry_session=") {
		r.Header.Set("Cookie", credential)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	} else if credential != "" {
		r.Header.Set(placeOf(path), credential)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		if name == "Content-Type" || name == "Sec-Fetch-Site" {
			r.Header.Del(name)
		}
		r.Header.Add(name, value)
	}
	return h.send(r)
}

// placeOf is the header in which a call takes its caller's credential.
func placeOf(path string) string {
	if strings.HasPrefix(path, "/authz") { // in Authorization is that of the gateway's client
		return "Tokenry-Authorization"
	}
	return "Authorization"
}

// send sends a request and checks its answer against openapi.yaml.
func (h *harness) send(r *http.Request) answer {
	h.t.Helper()
	res, err := h.server.Client().Do(r)
	h.must(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	h.must(err)
	a := answer{h.t, r.Method + " " + r.URL.Path, res.StatusCode, res.Header, body}
	a.check(r)
	if made, ok := a.get("secret").(string); ok {
		h.hide(made)
	}
	return a
}

// check makes sure that openapi.yaml foresees the answer.
func (a answer) check(r *http.Request) {
	a.t.Helper()
	if a.header.Get("X-Request-Id") == "" || a.header.Get("X-Content-Type-Options") != "nosniff" {
		a.t.Errorf("%s: headers %v", a.asked, a.header)
	}
	input := &openapi3filter.RequestValidationInput{Request: r, Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true}}
	var err error
	if input.Route, input.PathParams, err = router().FindRoute(r); err != nil {
		return // what openapi.yaml does not know
	}
	if kind := a.header.Get("Content-Type"); kind == "application/x-ndjson" {
		a.checkLines()
		return
	}
	err = openapi3filter.ValidateResponse(a.t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)), Options: input.Options,
	})
	if err != nil {
		a.t.Errorf("%s: answer %d is not as openapi.yaml says: %v", a.asked, a.status, err)
	}
	if public := input.Route.Operation.Security; public == nil && a.header.Get("Cache-Control") != "no-store" {
		a.t.Errorf("%s: Cache-Control %q", a.asked, a.header.Get("Cache-Control"))
	}
}

func (a answer) checkLines() {
	for line := range bytes.Lines(a.body) {
		var entry any
		if err := json.Unmarshal(line, &entry); err != nil {
			a.t.Errorf("%s: line %q: %v", a.asked, line, err)
			continue
		}
		if err := contract().Components.Schemas["AuditEntry"].Value.VisitJSON(entry); err != nil {
			a.t.Errorf("%s: line %q: %v", a.asked, line, err)
		}
	}
}

// want makes sure of the status, and of the code of a problem.
func (a answer) want(status int, code ...string) answer {
	a.t.Helper()
	if a.status != status || len(code) > 0 && a.text("code") != code[0] {
		a.t.Fatalf("%s: answer %d %s, want %d %v", a.asked, a.status, a.body, status, code)
	}
	return a
}

// wantFaults makes sure of a 422 with exactly these faults, code by field.
func (a answer) wantFaults(faults map[string]string) {
	a.t.Helper()
	got := map[string]string{}
	for i := range a.len("fields") {
		fault := "fields." + strconv.Itoa(i)
		got[a.text(fault+".field")] = a.text(fault + ".code")
	}
	if a.want(422, "invalid_request"); !maps.Equal(got, faults) {
		a.t.Errorf("%s: faults %v, want %v", a.asked, got, faults)
	}
}

// get is the value at a dotted path of a JSON answer; nil if there is none.
func (a answer) get(path string) any {
	var at any
	if json.Unmarshal(a.body, &at) != nil {
		return nil
	}
	for name := range strings.SplitSeq(path, ".") {
		switch v := at.(type) {
		case map[string]any:
			at = v[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(v) {
				return nil
			}
			at = v[i]
		default:
			return nil
		}
	}
	return at
}

func (a answer) text(path string) string {
	text, _ := a.get(path).(string)
	return text
}

func (a answer) len(path string) int {
	list, _ := a.get(path).([]any)
	return len(list)
}

// texts is the texts under a name in a list of objects.
func (a answer) texts(list, name string) []string {
	var texts []string
	for i := range a.len(list) {
		texts = append(texts, a.text(list+"."+strconv.Itoa(i)+"."+name))
	}
	return texts
}

// has reports whether a JSON object has a field at all.
func (a answer) has(field string) bool {
	var object map[string]any
	_ = json.Unmarshal(a.body, &object)
	_, ok := object[field]
	return ok
}
