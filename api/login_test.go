package api_test

import (
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/api"
	"github.com/tokenry/tokenry/internal/oidc"
)

// withLogin has people sign in with the provider that callers' tokens are of.
func withLogin(s *api.Server) {
	s.Sessions.Login = s.Callers.Provider.NewLogin(oidc.LoginConfig{
		ClientID: "console", RedirectURL: "http://127.0.0.1:8080/auth/callback", LeaveURL: "http://127.0.0.1:8080/console/sign-in",
	})
}

// browser keeps cookies, and shows where it is sent to.
type browser struct {
	h       *harness
	cookies map[string]string
}

func (h *harness) browser() *browser { return &browser{h, map[string]string{}} }

// open gives where a page sends the browser to, and the headers.
func (b *browser) open(path string) (string, http.Header) {
	b.h.t.Helper()
	r, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodGet, b.h.server.URL+path, nil)
	b.h.must(err)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	b.h.must(err)
	defer res.Body.Close()
	if body, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusFound {
		b.h.t.Fatalf("%s: %s %s", path, res.Status, body)
	}
	for _, cookie := range res.Cookies() {
		if cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
			continue
		}
		b.cookies[cookie.Name] = cookie.Value
		b.h.hide(cookie.Value)
	}
	return res.Header.Get("Location"), res.Header
}

// callback is where the provider sends somebody to who has signed in there.
func (b *browser) callback(address string, claims map[string]any) string {
	b.h.t.Helper()
	u, err := url.Parse(address)
	b.h.must(err)
	code := b.h.issuer.authorize(b.h.t, address, claims)
	return "/auth/callback?" + url.Values{"code": {code}, "state": {u.Query().Get("state")}}.Encode()
}

func (b *browser) session() string { return "tokenry_session=" + b.cookies["tokenry_session"] }

// signIn signs in with the provider, and gives where that leads to.
func (b *browser) signIn(claims map[string]any) string {
	b.h.t.Helper()
	address, _ := b.open("/auth/login")
	location, _ := b.open(b.callback(address, claims))
	return location
}

var adaClaims = map[string]any{"org": "northwind", "sub": "ada"}

func TestLogin(t *testing.T) {
	eachWith(t, withLogin, func(h *harness) {
		b := h.browser()
		address, header := b.open("/auth/login?return_to=" + url.QueryEscape("/console/tokens/new?version=16&scopes=a,b"))
		if u, err := url.Parse(address); err != nil || !strings.HasPrefix(address, h.issuer.url+"/authorize?") ||
			u.Query().Get("redirect_uri") != "http://127.0.0.1:8080/auth/callback" || u.Query().Get("scope") != "openid profile email" {
			h.t.Errorf("sent to %s", address)
		}
		if set := header.Get("Set-Cookie"); !strings.HasPrefix(set, "tokenry_login_") || !strings.HasSuffix(set, "; Path=/; Max-Age=600; HttpOnly; SameSite=Lax") {
			h.t.Errorf("Set-Cookie: %s", set)
		}
		callback := b.callback(address, adaClaims)
		pending := maps.Clone(b.cookies)
		location, header := b.open(callback)
		if location != "/console/tokens/new?version=16&scopes=a,b" {
			h.t.Errorf("comes back to %s", location)
		}
		if set := header.Values("Set-Cookie"); len(set) != 2 || !strings.HasSuffix(set[1], "; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict") {
			h.t.Errorf("Set-Cookie: %s", set)
		}
		if who := h.call(b.session(), "GET /whoami", nil).want(200); who.text("member_id") != ada {
			h.t.Errorf("whoami %s", who.body)
		}
		if location, _ := b.open(callback); location != "/console/sign-in?error=login_expired" {
			h.t.Errorf("a callback again leads to %s", location)
		}
		if location, _ := (&browser{h, pending}).open(callback); location != "/console/sign-in?error=login_failed" {
			h.t.Errorf("a code again leads to %s", location)
		}
		before := b.session()
		if b.signIn(adaClaims); b.session() == before {
			t.Error("a second sign-in has the id of the first")
		}
		h.call(before, "GET /whoami", nil).want(401, "session_expired")

		out := h.call(b.session(), "POST /auth/logout", nil).want(200)
		if want := h.issuer.url + "/leave?client_id=console&post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2Fconsole%2Fsign-in"; out.text("redirect") != want {
			h.t.Errorf("sign out leads to %s", out.text("redirect"))
		}
		log := h.call(h.admin(), "GET /audit?action=member.", nil).want(200)
		if got := log.texts("items", "action"); !slices.Equal(got[:3], []string{"member.signed_out", "member.signed_in", "member.signed_in"}) || log.text("items.1.details.by") != "login" {
			h.t.Errorf("audit %s", log.body)
		}
	})
}

// TestLoginOfOperators: those of the identity provider need no member record,
// and members can be operators by their claims, both until they sign in again.
func TestLoginOfOperators(t *testing.T) {
	eachWith(t, withLogin, func(h *harness) {
		olga, vera := h.browser(), h.browser()
		olga.signIn(map[string]any{"sub": "olga", "name": "Olga", "role": "tokenry-operator"})
		who := h.call(olga.session(), "GET /whoami", nil).want(200)
		if who.text("kind") != "user" || who.text("name") != "Olga" || who.get("operator") != true {
			h.t.Errorf("whoami %s", who.body)
		}
		h.call(olga.session(), "GET /tokens", nil).want(422, "account_required")
		h.call(olga.session(), "POST /tokens", token(nil), "Tokenry-Account: "+partner).want(201)
		h.call(olga.session(), "POST /auth/logout", nil).want(200)
		log := h.call(h.op(), "GET /audit?action=user.", nil).want(200)
		if got := log.texts("items", "action"); !slices.Equal(got, []string{"user.signed_out", "user.signed_in"}) || log.text("items.0.actor.id") != "olga" {
			h.t.Errorf("audit %s", log.body)
		}

		vera.signIn(map[string]any{"org": "northwind", "sub": "vera", "role": "tokenry-operator"})
		h.call(vera.session(), "GET /accounts", nil).want(200)
		h.account(partner, map[string]any{"state": "disabled"})
		if who := h.call(vera.session(), "GET /whoami", nil).want(200); who.text("kind") != "user" {
			h.t.Errorf("whoami %s", who.body)
		}
	})
}

func TestLoginsInSeveralTabs(t *testing.T) {
	t.Parallel()
	h := served(t, "http://127.0.0.1:8080", withLogin)
	b := h.browser()
	var callbacks []string
	for i := range 3 {
		address, _ := b.open("/auth/login?return_to=/console/tokens/" + strconv.Itoa(i))
		callbacks = append(callbacks, b.callback(address, adaClaims))
	}
	for i, callback := range slices.Backward(callbacks) {
		if location, _ := b.open(callback); location != "/console/tokens/"+strconv.Itoa(i) {
			h.t.Errorf("tab %d comes back to %s", i, location)
		}
	}
	for range 20 { // begun, and given up
		b.open("/auth/login")
	}
	if len(b.cookies) > 6 {
		t.Errorf("the browser has %d cookies", len(b.cookies))
	}
}

func TestLoginIsRefused(t *testing.T) {
	t.Parallel()
	h := served(t, "http://127.0.0.1:8080", withLogin)
	tests := map[string]struct {
		change func(b *browser, callback url.Values) // of a login that would succeed
		claims map[string]any
		want   string
	}{
		"good":             {nil, nil, ""},
		"late":             {func(*browser, url.Values) { h.clock.add(10 * time.Minute) }, nil, "login_expired"},
		"another browser":  {func(b *browser, _ url.Values) { clear(b.cookies) }, nil, "login_expired"},
		"another state":    {func(_ *browser, c url.Values) { c.Set("state", "x") }, nil, "login_expired"},
		"no state":         {func(_ *browser, c url.Values) { c.Del("state") }, nil, "login_expired"},
		"another code":     {func(_ *browser, c url.Values) { c.Set("code", "x") }, nil, "login_failed"},
		"did not go on":    {func(_ *browser, c url.Values) { c.Del("code"); c.Set("error", "access_denied") }, nil, "login_failed"},
		"another nonce":    {nil, map[string]any{"nonce": "x"}, "login_failed"},
		"another audience": {nil, map[string]any{"aud": audience}, "login_failed"},
		"another client":   {nil, map[string]any{"azp": "x"}, "login_failed"},
		"another issuer":   {nil, map[string]any{"iss": "https://evil.example"}, "login_failed"},
		"expired":          {nil, map[string]any{"exp": 1}, "login_failed"},
		"unknown account":  {nil, map[string]any{"org": "unknown"}, "no_account"},
		"unknown member":   {nil, map[string]any{"sub": "unknown"}, "no_account"},
		"no account":       {nil, map[string]any{"org": nil}, "no_account"},
	}
	for name, tt := range tests {
		b := h.browser()
		address, _ := b.open("/auth/login")
		claims := maps.Clone(adaClaims)
		maps.Copy(claims, tt.claims)
		callback, err := url.Parse(b.callback(address, claims))
		h.must(err)
		query := callback.Query()
		if tt.change != nil {
			tt.change(b, query)
		}
		location, _ := b.open("/auth/callback?" + query.Encode())
		want := "/console/"
		if tt.want != "" {
			want = "/console/sign-in?error=" + tt.want
		}
		if _, in := b.cookies["tokenry_session"]; location != want || in != (tt.want == "") {
			h.t.Errorf("%s: leads to %s, want %s; signed in: %v", name, location, want, in)
		}
	}
}

func TestLoginWithoutProvider(t *testing.T) {
	t.Parallel()
	const unavailable = "/console/sign-in?error=login_unavailable"
	h := served(t, "http://127.0.0.1:8080", withLogin)
	b := h.browser()
	address, _ := b.open("/auth/login")
	callback := b.callback(address, adaClaims)
	h.issuer.server.Close()
	if location, _ := b.open(callback); location != unavailable {
		t.Errorf("it went away: %s", location)
	}
	h.call("", "POST /auth/logout", nil, "Sec-Fetch-Site: same-origin").want(200)

	down := newDown(t)
	if location, _ := down.browser().open("/auth/login"); location != unavailable {
		t.Errorf("it is down: %s", location)
	}
	none := served(t, "http://127.0.0.1:8080")
	if location, _ := none.browser().open("/auth/login"); location != unavailable {
		t.Errorf("there is none: %s", location)
	}
	if none.call("", "GET /console/config.json", nil).get("sign_in.oidc") != false || h.call("", "GET /console/config.json", nil).get("sign_in.oidc") != true {
		t.Error("the console is not told how to sign in")
	}
}

// newDown is a server whose identity provider went away before anybody signed
// in.
func newDown(t *testing.T) *harness {
	h := served(t, "http://127.0.0.1:8080", withLogin)
	h.issuer.server.Close()
	return h
}

// TestReturnTo: a login leads to pages of the console and nowhere else.
func TestReturnTo(t *testing.T) {
	t.Parallel()
	for public, tests := range map[string]map[string]string{
		"https://example.com": {
			"/console/tokens":                       "/console/tokens",
			"/console/":                             "/console/",
			"/console/tokens/?q=a%20b":              "/console/tokens/?q=a%20b",
			"/console":                              "/console/",
			"":                                      "/console/",
			"https://evil.example/console/":         "/console/",
			"//evil.example/console/":               "/console/",
			`/\evil.example/console/`:               "/console/",
			"/console/../../evil":                   "/console/",
			"/console/%2e%2e/docs":                  "/console/",
			"/console//evil.example":                "/console/",
			"/console/\r\nSet-Cookie: a=b":          "/console/",
			"javascript:alert(1)":                   "/console/",
			"/auth/callback":                        "/console/",
			"/tokens":                               "/console/",
			"/console/" + strings.Repeat("a", 2000): "/console/",
		},
		"https://example.com/my": {
			"/my/console/tokens": "/my/console/tokens",
			"/console/tokens":    "/my/console/tokens",
			"/my/docs":           "/my/console/",
		},
	} {
		h := served(t, public, withLogin)
		for given, want := range tests {
			b := h.browser()
			address, _ := b.open("/auth/login?return_to=" + url.QueryEscape(given))
			if location, _ := b.open(b.callback(address, adaClaims)); location != want {
				t.Errorf("%s, %q: leads to %q, want %q", public, given, location, want)
			}
		}
	}
}
