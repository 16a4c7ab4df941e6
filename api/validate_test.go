package api

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
)

// stub answers a few operations as the real server does, without anything behind it.
type stub struct {
	StrictServerInterface
	got *any // the last request that reached a handler
	err error
}

func (s stub) CreateToken(ctx context.Context, req CreateTokenRequestObject) (CreateTokenResponseObject, error) {
	*s.got = req
	faults := faultsFrom(ctx)
	if strings.TrimSpace(req.Body.Name) == "" {
		faults.Add("name", "required", "This is required.")
	}
	for _, scope := range req.Body.Scopes {
		if scope == "nonsense" {
			faults.Add("scopes.0", "unknown_scope", "There is no such scope.")
		}
	}
	if err := model.Invalid(faults); err != nil {
		return nil, err
	}
	return CreateToken201JSONResponse{Headers: CreateToken201ResponseHeaders{Location: new("/tokens/1")}}, nil
}

func (s stub) UpdateToken(ctx context.Context, req UpdateTokenRequestObject) (UpdateTokenResponseObject, error) {
	*s.got = req
	if err := model.Invalid(faultsFrom(ctx)); err != nil {
		return nil, err
	}
	return UpdateToken200JSONResponse{}, nil
}

func (s stub) ListTokens(_ context.Context, req ListTokensRequestObject) (ListTokensResponseObject, error) {
	*s.got = req
	return ListTokens200JSONResponse{}, s.err
}

func (s stub) RotateToken(_ context.Context, req RotateTokenRequestObject) (RotateTokenResponseObject, error) {
	*s.got = req
	return RotateToken200JSONResponse{}, nil
}

func (s stub) CreateMember(_ context.Context, req CreateMemberRequestObject) (CreateMemberResponseObject, error) {
	*s.got = req
	return CreateMember201JSONResponse{}, nil
}

func (s stub) UpdateAccount(_ context.Context, req UpdateAccountRequestObject) (UpdateAccountResponseObject, error) {
	*s.got = req
	return UpdateAccount200JSONResponse{}, nil
}

func (s stub) PutCatalog(_ context.Context, req PutCatalogRequestObject) (PutCatalogResponseObject, error) {
	*s.got = req
	return PutCatalog200JSONResponse{Plans: json.RawMessage("[]")}, nil
}

func (s stub) GetCatalog(_ context.Context, req GetCatalogRequestObject) (GetCatalogResponseObject, error) {
	*s.got = req
	return GetCatalog304Response{}, nil
}

func (s stub) GetHealth(context.Context, GetHealthRequestObject) (GetHealthResponseObject, error) {
	return GetHealth200JSONResponse{Status: HealthStatusOk}, nil
}

// newEcho is a server with the validator and the error handler around a stub.
func newEcho(tb testing.TB, s stub, log io.Writer) *echo.Echo {
	tb.Helper()
	spec, err := openapi3.NewLoader().LoadFromData(openAPI)
	if err != nil {
		tb.Fatal(err)
	}
	validate, err := newValidator(spec)
	if err != nil {
		tb.Fatal(err)
	}
	e := echo.New()
	e.HTTPErrorHandler = handleError(slog.New(slog.NewTextHandler(log, nil)))
	e.Use(validate)
	RegisterHandlers(e, NewStrictHandler(s, nil))
	return e
}

// call sends "METHOD target" with headers ("Name: value") and a body, which is
// JSON unless a header says otherwise. It returns the answer and the request
// that reached the handler, or nil.
func call(tb testing.TB, request, body string, headers ...string) (*httptest.ResponseRecorder, any) {
	tb.Helper()
	var got any
	e := newEcho(tb, stub{got: &got}, io.Discard)
	method, target, _ := strings.Cut(request, " ")
	r := httptest.NewRequestWithContext(tb.Context(), method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Content-Type" {
			r.Header.Del(name)
		}
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w, got
}

const token = "/tokens/0NcLbQhmUQbZcuvcVwZfVG"

func TestFaults(t *testing.T) {
	t.Parallel()
	const whole = `"name":"n","contacts":{"primary":"m"},"scopes":["s"]`
	long := strings.Repeat("ö", 1001)
	tests := map[string]struct {
		request, body string
		header        string
		want          map[string]string // code by field
	}{
		"all missing": {"POST /tokens", `{}`, "", map[string]string{
			"name": "required", "contacts.primary": "required", "scopes": "required"}},
		"schema and rules together": {"POST /tokens", `{"name":" ","contacts":{"primary":5},"scopes":["nonsense"],"x":1}`, "", map[string]string{
			"name": "required", "contacts.primary": "wrong_type", "scopes.0": "unknown_scope", "x": "unknown_field"}},
		"wrong types": {"POST /tokens", `{"name":1,"description":[],"contacts":[],"scopes":{},"expires_at":true,"metadata":"m","allowed_cidrs":[1,"10.0.0.0/8",{}]}`, "", map[string]string{
			"name": "wrong_type", "description": "wrong_type", "contacts": "wrong_type", "scopes": "wrong_type", "expires_at": "wrong_type",
			"metadata": "wrong_type", "allowed_cidrs.0": "wrong_type", "allowed_cidrs.2": "wrong_type"}},
		"nulls": {"POST /tokens", `{"name":null,"contacts":{"primary":null},"scopes":[null],"expires_at":null}`, "", map[string]string{
			"name": "wrong_type", "contacts.primary": "wrong_type", "scopes.0": "wrong_type"}},
		"bounds": {"POST /tokens", `{` + whole + `,"description":"` + long + `","claims":{"k":1}}`, "Idempotency-Key: short", map[string]string{
			"description": "too_long", "claims.k": "wrong_type", "Idempotency-Key": "too_short"}},
		"too few scopes":     {"POST /tokens", `{"name":"n","contacts":{"primary":"m"},"scopes":[]}`, "", map[string]string{"scopes": "too_few"}},
		"too many addresses": {"PATCH " + token, `{"contacts":{"developers":["a"` + strings.Repeat(`,"a"`, 20) + `]}}`, "", map[string]string{"contacts.developers": "too_many"}},
		"no such day":        {"POST /tokens", `{` + whole + `,"expires_at":"2027-02-30T00:00:00Z"}`, "", map[string]string{"expires_at": "wrong_format"}},
		"no zone":            {"POST /tokens", `{` + whole + `,"expires_at":"2027-02-20T00:00:00"}`, "", map[string]string{"expires_at": "wrong_format"}},
		"NUL":                {"POST /tokens", `{` + whole + `,"description":"a\u0000b","metadata":{"a\u0000":"v"}}`, "", map[string]string{"description": "wrong_format", "metadata.a\x00": "unknown_field"}},
		"name twice":         {"POST /tokens", `{` + whole + `,"contacts":{"primary":"m","primary":"n"},"x":1}`, "", map[string]string{"contacts": "duplicate", "x": "unknown_field"}},
		"inner name twice":   {"POST /tokens", `{"name":"n","contacts":{"primary":"m","primary":"n"},"scopes":["s"]}`, "", map[string]string{"contacts.primary": "duplicate"}},
		"other case":         {"POST /tokens", `{` + whole + `,"Description":"d"}`, "", map[string]string{"Description": "unknown_field"}},
		"update":             {"PATCH " + token + "?wait=no", `{"name":null,"secret":"s","metadata":null,"contacts":{"developers":[null]}}`, "", map[string]string{"wait": "wrong_type", "name": "wrong_type", "secret": "unknown_field", "metadata": "wrong_type", "contacts.developers.0": "wrong_type"}},
		"role":               {"POST /accounts/1/members", `{"name":"n","email":"e","role":"owner"}`, "", map[string]string{"role": "not_one_of"}},
		"grace too long":     {"POST " + token + "/rotate", `{"grace_seconds":604801}`, "", map[string]string{"grace_seconds": "out_of_range"}},
		"grace below zero":   {"POST " + token + "/rotate", `{"grace_seconds":-1}`, "", map[string]string{"grace_seconds": "out_of_range"}},
		"grace in parts":     {"POST " + token + "/rotate", `{"grace_seconds":1.5,"end_previous":"yes"}`, "", map[string]string{"grace_seconds": "wrong_type", "end_previous": "wrong_type"}},
		"huge number":        {"POST " + token + "/rotate", `{"grace_seconds":1e300}`, "", map[string]string{"grace_seconds": "wrong_type"}},
		"query": {"GET /tokens?limit=0&status=active,lost&created_after=today&sort=id&contact_missing=1&q=%00&stauts=x", "", "", map[string]string{
			"limit": "out_of_range", "status.1": "not_one_of", "created_after": "wrong_format", "sort": "not_one_of",
			"contact_missing": "wrong_type", "q": "wrong_format", "stauts": "unknown_field"}},
		"query twice":      {"GET /tokens?limit=1&limit=2", "", "", map[string]string{"limit": "duplicate"}},
		"limit not number": {"GET /tokens?limit=many", "", "", map[string]string{"limit": "wrong_type"}},
		"policy":           {"PATCH /accounts/1", `{"policy":{"max_lifetime_seconds":0,"x":1}}`, "", map[string]string{"policy.max_lifetime_seconds": "out_of_range", "policy.x": "unknown_field"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var headers []string
			if tt.header != "" {
				headers = append(headers, tt.header)
			}
			w, _ := call(t, tt.request, tt.body, headers...)
			p := problemIn(t, w)
			if w.Code != http.StatusUnprocessableEntity || p.Code != "invalid_request" {
				t.Fatalf("answer %d %s", w.Code, w.Body)
			}
			got := map[string]string{}
			for _, f := range p.Fields {
				got[f.Field] = f.Code
			}
			if !maps.Equal(got, tt.want) {
				t.Errorf("faults %v, want %v", got, tt.want)
			}
		})
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		request, body, contentType string
		status                     int
		code                       string
	}{
		"cut off":              {"POST /tokens", `{"name":`, "application/json", 400, "malformed_body"},
		"trailing garbage":     {"POST /tokens", `{} {}`, "application/json", 400, "malformed_body"},
		"no object":            {"POST /tokens", `[1]`, "application/json", 400, "malformed_body"},
		"null":                 {"PATCH " + token, `null`, "application/json", 400, "malformed_body"},
		"empty":                {"POST /tokens", ``, "application/json", 400, "malformed_body"},
		"not UTF-8":            {"POST /tokens", "{\"name\":\"\xff\"}", "application/json", 400, "malformed_body"},
		"too deep":             {"POST /tokens", strings.Repeat(`{"a":`, 20000), "application/json", 400, "malformed_body"},
		"number out of reach":  {"POST " + token + "/rotate", `{"grace_seconds":1e999}`, "application/json", 400, "malformed_body"},
		"form":                 {"POST /tokens", `name=n`, "application/x-www-form-urlencoded", 415, "unsupported_media_type"},
		"no type":              {"POST /tokens", `{}`, "", 415, "unsupported_media_type"},
		"patch of another":     {"POST /tokens", `{}`, "application/merge-patch+json", 415, "unsupported_media_type"},
		"optional, other type": {"POST " + token + "/rotate", `x`, "text/plain", 415, "unsupported_media_type"},
		"broken catalog":       {"PUT /catalog", `{"a"`, "application/json", 400, "malformed_body"},
		"strange id":           {"GET /tokens/a%00b", ``, "", 404, "not_found"},
		"escaped id":           {"GET /tokens/a%2Fb", ``, "", 404, "not_found"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, got := call(t, tt.request, tt.body, "Content-Type: "+tt.contentType)
			if p := problemIn(t, w); w.Code != tt.status || p.Code != tt.code {
				t.Errorf("answer %d %s, want %d %s", w.Code, w.Body, tt.status, tt.code)
			}
			if got != nil {
				t.Errorf("the handler ran with %+v", got)
			}
		})
	}
}

func TestManyFaultsAreBounded(t *testing.T) {
	t.Parallel()
	body, err := json.Marshal(map[string]any{"scopes": make([]any, 400), strings.Repeat("k", 5000): 1})
	if err != nil {
		t.Fatal(err)
	}
	w, _ := call(t, "PATCH "+token, string(body))
	if n := len(problemIn(t, w).Fields); n != maxFaults || w.Body.Len() > 20_000 {
		t.Errorf("%d faults in %d bytes", n, w.Body.Len())
	}
}

func TestMergePatchTellsNullFromAbsent(t *testing.T) {
	t.Parallel()
	for _, contentType := range []string{"application/json", "application/merge-patch+json; charset=utf-8"} {
		w, got := call(t, "PATCH "+token,
			`{"description":null,"expires_at":"2027-11-23T00:00:00Z","metadata":{"a":"b","c":null},"contacts":{"developers":[]}}`,
			"Content-Type: "+contentType)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: answer %d %s", contentType, w.Code, w.Body)
		}
		body := got.(UpdateTokenRequestObject).Body
		if !body.Description.IsNull() || body.AllowedCidrs.IsSpecified() || body.Name != nil || body.Scopes != nil {
			t.Errorf("%s: body %+v", contentType, body)
		}
		if at, err := body.ExpiresAt.Get(); err != nil || !at.Equal(time.Date(2027, 11, 23, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: expires_at %v, %v", contentType, at, err)
		}
		if v, ok := body.Metadata["c"]; !ok || v != nil || *body.Metadata["a"] != "b" {
			t.Errorf("%s: metadata %v", contentType, body.Metadata)
		}
		if body.Contacts.Developers == nil || len(body.Contacts.Developers) != 0 {
			t.Errorf("%s: developers %v", contentType, body.Contacts.Developers)
		}
	}
}

func TestAccepted(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		request, body string
		headers       []string
		check         func(t *testing.T, got any)
	}{
		"list": {"GET /tokens?status=active,disabled&limit=7&created_after=2026-01-01T00:00:00%2B01:00&contact_missing=true&sort=-name&cursor=", "", nil, func(t *testing.T, got any) {
			p := got.(ListTokensRequestObject).Params
			if len(p.Status) != 2 || *p.Limit != 7 || !*p.ContactMissing || *p.Sort != "-name" || p.CreatedAfter == nil {
				t.Errorf("params %+v", p)
			}
		}},
		"no body": {"POST " + token + "/rotate?wait=false", "", nil, func(t *testing.T, got any) {
			if req := got.(RotateTokenRequestObject); *req.Params.Wait || req.Body != nil && req.Body.GraceSeconds != nil {
				t.Errorf("request %+v", req)
			}
		}},
		"body": {"POST " + token + "/rotate", `{"grace_seconds":0}`, nil, func(t *testing.T, got any) {
			if req := got.(RotateTokenRequestObject); *req.Body.GraceSeconds != 0 {
				t.Errorf("body %+v", req.Body)
			}
		}},
		"policy": {"PATCH /accounts/1", `{"external_id":null,"policy":{"max_lifetime_seconds":null}}`, nil, func(t *testing.T, got any) {
			if b := got.(UpdateAccountRequestObject).Body; !b.ExternalID.IsNull() || !b.Policy.MaxLifetimeSeconds.IsNull() {
				t.Errorf("body %+v", b)
			}
		}},
		"JSON catalog": {"PUT /catalog?dry_run=true", `{"b": 1, "a": [2]}`, nil, func(t *testing.T, got any) {
			if req := got.(PutCatalogRequestObject); string(*req.JSONBody) != `{"b": 1, "a": [2]}` || !*req.Params.DryRun {
				t.Errorf("request %s %+v", *req.JSONBody, req.Params)
			}
		}},
		"YAML catalog": {"PUT /catalog", "a: [b", []string{"Content-Type: application/yaml"}, func(t *testing.T, got any) {
			data, err := io.ReadAll(got.(PutCatalogRequestObject).Body)
			if string(data) != "a: [b" || err != nil {
				t.Errorf("body %q, %v", data, err)
			}
		}},
		"list header twice": {"GET /catalog", "", []string{`If-None-Match: "1"`, `If-None-Match: "2"`}, func(t *testing.T, got any) {
			if p := got.(GetCatalogRequestObject).Params; *p.IfNoneMatch != `"1", "2"` {
				t.Errorf("If-None-Match %s", *p.IfNoneMatch)
			}
		}},
		"health with a cache buster": {"GET /healthz?t=1", "", nil, func(*testing.T, any) {}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, got := call(t, tt.request, tt.body, tt.headers...)
			if w.Code >= 400 {
				t.Fatalf("answer %d %s", w.Code, w.Body)
			}
			tt.check(t, got)
		})
	}
}

// FuzzLenientBody: whatever a JSON object says, creating a token runs or is
// refused for faults; the value that is left always fits the handler's type.
func FuzzLenientBody(f *testing.F) {
	f.Add(`{"name":"n","contacts":{"primary":"m","developers":["a"]},"scopes":["s"],"expires_at":"2027-11-23T00:00:00Z"}`)
	f.Add(`{"name":{},"contacts":{"primary":[],"developers":[{}]},"scopes":[1,[],null],"metadata":{"a":1}}`)
	f.Add(`{"expires_at":"2027-11-23T25:00:00Z","allowed_cidrs":[true],"":1,"name":"\u0000"}`)
	var got any
	e := newEcho(f, stub{got: &got}, io.Discard)
	f.Fuzz(func(t *testing.T, body string) {
		got = nil
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/tokens", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if _, err := decodeObject([]byte(body), new(checker)); err != nil {
			return
		}
		if got == nil || w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusCreated {
			t.Errorf("%s: answer %d %s", body, w.Code, w.Body)
		}
	})
}

func BenchmarkValidator(b *testing.B) {
	var got any
	with := newEcho(b, stub{got: &got}, io.Discard)
	without := echo.New()
	RegisterHandlers(without, NewStrictHandler(stub{got: &got}, nil))
	const body = `{"name":"Nightly report export","description":"Pulls yesterday's actions into the warehouse","version":"16",
		"contacts":{"primary":"0NcLbQhmTx3DrDJTdQ8f1M","developers":["dev@example.com"]},"scopes":["actions.list_actions","jobs.list_jobs"],
		"expires_at":"2027-11-23T00:00:00Z","allowed_cidrs":["203.0.113.0/24"],"metadata":{"team":"data"}}`
	for name, e := range map[string]*echo.Echo{"with": with, "without": without} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodPost, "/tokens", strings.NewReader(body))
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				e.ServeHTTP(w, r)
				if w.Code != http.StatusCreated {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
}
