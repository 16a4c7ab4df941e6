package api_test

import (
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokenry/tokenry/api"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

// link makes the code of a one-time link.
func (h *harness) link(account, member string) string {
	h.t.Helper()
	m, err := h.store.Members.ByID(h.t.Context(), account, member)
	h.must(err)
	code, err := h.api.Sessions.MakeLink(h.t.Context(), model.Actor{Kind: model.ActorLocal, ID: "root"}, m)
	h.must(err)
	h.hide(code)
	return code
}

// useLink signs in by a link.
func (h *harness) useLink(code string, headers ...string) answer {
	h.t.Helper()
	return h.call("", "POST /auth/link", map[string]any{"code": code}, append([]string{"Sec-Fetch-Site: same-origin"}, headers...)...)
}

// session signs a member in and gives the cookie.
func (h *harness) session(account, member string) string {
	h.t.Helper()
	return h.cookie(h.useLink(h.link(account, member)).want(204))
}

func (h *harness) cookie(a answer) string {
	h.t.Helper()
	cookie, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	if !strings.HasPrefix(cookie, "tokenry_session=") || len(cookie) < 16+43 {
		h.t.Fatalf("the cookie is %q", cookie)
	}
	h.hide(cookie)
	return cookie
}

// operatorSession is that of the member whom first start marks as operator.
func (h *harness) operatorSession() string {
	h.t.Helper()
	accounts, err := h.store.Accounts.List(h.t.Context(), repository.AccountFilter{Type: "developer"}, repository.Page{Limit: 1})
	h.must(err)
	members, err := h.store.Members.List(h.t.Context(), accounts[0].ID, repository.MemberFilter{}, repository.Page{Limit: 1})
	h.must(err)
	return h.session(accounts[0].ID, members[0].ID)
}

func TestSignInByLink(t *testing.T) {
	each(t, func(h *harness) {
		code := h.link(partner, ada)
		a := h.useLink(code).want(204)
		if set := a.header.Get("Set-Cookie"); !strings.HasSuffix(set, "; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict") {
			h.t.Errorf("Set-Cookie: %s", set)
		}
		h.useLink(code).want(401, "bad_sign_in_link")
		h.useLink("no such code").want(401, "bad_sign_in_link")

		mine := h.cookie(a)
		who := h.call(mine, "GET /whoami", nil).want(200)
		if who.text("member_id") != ada || who.text("role") != "admin" || who.text("account_id") != partner || who.get("operator") != false {
			h.t.Errorf("whoami %s", who.body)
		}
		made := h.call(mine, "POST /tokens", token(nil)).want(201)
		h.call(h.operatorSession(), "GET /tokens/"+made.text("id"), nil, "Tokenry-Account: "+partner).want(200)
		h.call(h.op(), "GET /whoami", nil, "Cookie: "+mine).want(200) // a cookie comes by itself, and does not count
		if who := h.call(h.op(), "GET /whoami", nil, "Cookie: "+mine); who.text("kind") != "token" {
			h.t.Errorf("with a secret and a cookie: %s", who.body)
		}

		out := h.call(mine, "POST /auth/logout", nil).want(200)
		if set := out.header.Get("Set-Cookie"); !strings.HasPrefix(set, "tokenry_session=; Path=/; Max-Age=0;") || out.get("redirect") != nil {
			h.t.Errorf("sign out: %s, Set-Cookie: %s", out.body, set)
		}
		h.call(mine, "GET /whoami", nil).want(401, "session_expired")
		h.call(mine, "POST /auth/logout", nil).want(200)

		log := h.call(h.admin(), "GET /audit?action=member.", nil).want(200)
		if got := log.texts("items", "action"); !slices.Equal(got[:3], []string{"member.signed_out", "member.signed_in", "member.sign_in_link_made"}) {
			h.t.Errorf("audit %v", got)
		}
		if log.text("items.1.actor.id") != ada || log.text("items.1.details.by") != "link" || log.text("items.1.request_id") == "" {
			h.t.Errorf("audit %s", log.body)
		}
	})
}

// TestWhoamiOfMembers: the console shows what is there, and changes the language.
func TestWhoamiOfMembers(t *testing.T) {
	each(t, func(h *harness) {
		cookie := h.session(partner, lin)
		want := map[string]string{
			"kind": "member", "name": "Lin Wei", "role": "specialist",
			"account.id": partner, "account.type": "partner", "account.name": "Northwind Media",
			"member.id": lin, "member.name": "Lin Wei", "member.email": "lin@northwind.example", "member.language": "zh-CN",
		}
		check := func(who answer) {
			h.t.Helper()
			for field, value := range want {
				if who.text(field) != value {
					h.t.Errorf("%s is %q, want %q", field, who.text(field), value)
				}
			}
		}
		check(h.call(cookie, "GET /whoami", nil).want(200))
		want["member.language"] = "en-GB"
		check(h.call(cookie, "PATCH /whoami", map[string]any{"language": "en-gb"}).want(200))
		check(h.call(cookie, "GET /whoami", nil).want(200))
		h.call(cookie, "PATCH /whoami", map[string]any{"language": "no language"}).wantFaults(map[string]string{"language": "wrong_format"})
		h.call(cookie, "PATCH /whoami", map[string]any{"role": "admin"}).want(422, "invalid_request")
		h.call(h.op(), "PATCH /whoami", map[string]any{"language": "en"}).want(403, "not_a_member")
		h.call(h.jwt(map[string]any{"sub": "olga", "role": "tokenry-operator"}), "PATCH /whoami", map[string]any{"language": "en"}).want(403, "not_a_member")
		if who := h.call(h.op(), "GET /whoami", nil).want(200); who.has("account") || who.has("member") {
			h.t.Errorf("a token has no member: %s", who.body)
		}
	})
}

func TestLinkIsUsedOnce(t *testing.T) {
	each(t, func(h *harness) {
		code := h.link(partner, ada)
		var let, refused int
		var mu sync.Mutex
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				a := h.useLink(code)
				mu.Lock()
				defer mu.Unlock()
				switch a.status {
				case http.StatusNoContent:
					let++
				case http.StatusUnauthorized:
					refused++
				}
			})
		}
		group.Wait()
		if let != 1 || refused != 7 {
			h.t.Errorf("%d were let in and %d refused, of 8", let, refused)
		}
	})
}

func TestLinksAndSessionsEnd(t *testing.T) {
	each(t, func(h *harness) {
		late := h.link(partner, ada)
		h.clock.add(service.LinkLife)
		h.useLink(late).want(401, "bad_sign_in_link")

		idle, busy := h.session(partner, ada), h.session(partner, ada)
		began := h.clock.now()
		for _, step := range []struct {
			wait time.Duration
			ends time.Duration // after the sign-in
		}{{7 * time.Hour, 15 * time.Hour}, {7 * time.Hour, 22 * time.Hour}, {7 * time.Hour, 24 * time.Hour}} {
			h.clock.add(step.wait)
			at, err := time.Parse(time.RFC3339Nano, h.call(busy, "GET /whoami", nil).want(200).text("expires_at"))
			h.must(err)
			if !at.Equal(began.Add(step.ends)) {
				h.t.Errorf("the session ends %s after it began, want %s", at.Sub(began), step.ends)
			}
		}
		h.call(idle, "GET /whoami", nil).want(401, "session_expired")
		h.clock.add(3*time.Hour - time.Second)
		h.call(busy, "GET /whoami", nil).want(200)
		h.clock.add(time.Second)
		h.call(busy, "GET /whoami", nil).want(401, "session_expired")

		housekeeping := &service.Housekeeping{Store: h.store, Log: h.api.Log, Now: h.clock.now}
		h.must(housekeeping.Clean(h.t.Context()))
		h.clock.add(-20 * time.Hour)
		h.call(busy, "GET /whoami", nil).want(401, "session_expired") // it is not there any more
	})
}

// TestSessionHasTheRightsOfTheRecord: at each request.
func TestSessionHasTheRightsOfTheRecord(t *testing.T) {
	each(t, func(h *harness) {
		change := func(fields map[string]any) {
			h.call(h.op(), "PATCH /accounts/"+partner+"/members/"+vera, fields).want(200)
		}
		cookie := h.session(partner, vera)
		h.call(cookie, "POST /tokens", token(nil)).want(403, "insufficient_role")
		change(map[string]any{"role": "specialist"})
		h.call(cookie, "POST /tokens", token(nil)).want(201)

		h.account(partner, map[string]any{"state": "disabled"})
		h.call(cookie, "GET /tokens", nil).want(403, "no_account")
		unused := h.link(brand, bo)
		h.account(brand, map[string]any{"state": "disabled"})
		h.useLink(unused).want(403, "no_account")
		h.account(partner, map[string]any{"state": "active"})
		h.call(cookie, "GET /tokens", nil).want(200)

		link := h.link(partner, vera)
		change(map[string]any{"state": "inactive"})
		h.call(cookie, "GET /tokens", nil).want(401, "session_expired")
		change(map[string]any{"state": "active"})
		h.call(cookie, "GET /tokens", nil).want(401, "session_expired")
		h.useLink(link).want(401, "bad_sign_in_link")
	})
}

// TestSignInEndsTheSessionBefore: nobody who has planted a cookie shares what
// comes after the sign-in.
func TestSignInEndsTheSessionBefore(t *testing.T) {
	each(t, func(h *harness) {
		planted := h.session(partner, lin)
		mine := h.cookie(h.useLink(h.link(partner, ada), "Cookie: "+planted).want(204))
		if mine == planted {
			h.t.Error("the id is the planted one")
		}
		h.call(planted, "GET /whoami", nil).want(401, "session_expired")
		h.call(mine, "GET /whoami", nil).want(200)
		again := h.cookie(h.useLink(h.link(partner, ada), "Cookie: tokenry_session=unknown").want(204))
		h.call(again, "GET /whoami", nil).want(200)
	})
}

// TestGuessingLinks: whoever fails too often waits, and nobody else does.
func TestGuessingLinks(t *testing.T) {
	t.Parallel()
	h := served(t, "http://127.0.0.1:8080", func(s *api.Server) {
		s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	})
	const guesser = "X-Forwarded-For: 2001:db8::"
	for i := range 20 {
		h.useLink("guess", guesser+strconv.Itoa(i)).want(401, "bad_sign_in_link")
	}
	link := h.link(partner, ada)
	if a := h.useLink(link, guesser+"ff").want(429, "rate_limited"); a.header.Get("Retry-After") == "" {
		t.Error("there is no Retry-After")
	}
	h.useLink(link, "X-Forwarded-For: 2001:db8:0:1::1").want(204)
	h.clock.add(time.Minute)
	h.useLink(h.link(partner, ada), guesser+"ff").want(204)
}

// TestCrossOrigin: what a session changes comes from a page of the server.
func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	h := served(t, "https://example.com/tokenry")
	cookie := h.session(partner, ada)
	host := strings.TrimPrefix(h.server.URL, "http://")
	tests := map[string]struct {
		headers []string
		status  int
	}{
		"own page":            {[]string{"Sec-Fetch-Site: same-origin"}, 201},
		"own page, by origin": {[]string{"Sec-Fetch-Site: ", "Origin: http://" + host}, 201},
		"behind a proxy":      {[]string{"Sec-Fetch-Site: ", "Origin: https://example.com"}, 201},
		"nothing":             {[]string{"Sec-Fetch-Site: "}, 403},
		"another site":        {[]string{"Sec-Fetch-Site: cross-site"}, 403},
		"the same site":       {[]string{"Sec-Fetch-Site: same-site"}, 403},
		"typed":               {[]string{"Sec-Fetch-Site: none"}, 403},
		"another origin":      {[]string{"Sec-Fetch-Site: ", "Origin: https://evil.example"}, 403},
		"another port":        {[]string{"Sec-Fetch-Site: ", "Origin: https://example.com:8443"}, 403},
		"another scheme":      {[]string{"Sec-Fetch-Site: ", "Origin: http://example.com"}, 403},
		"opaque":              {[]string{"Sec-Fetch-Site: ", "Origin: null"}, 403},
		"lying":               {[]string{"Sec-Fetch-Site: cross-site", "Origin: http://" + host}, 403},
		"referrer alone":      {[]string{"Sec-Fetch-Site: ", "Referer: http://" + host + "/console/"}, 403},
	}
	for name, tt := range tests {
		a := h.call(cookie, "POST /tokens", token(nil), tt.headers...)
		if a.status != tt.status || a.status == 403 && a.text("code") != "cross_origin" {
			t.Errorf("%s: %d %s, want %d", name, a.status, a.body, tt.status)
		}
		if status := h.call(cookie, "POST /tokens/verify", `{"secret":"x"}`, tt.headers...).status; status != 403 {
			t.Errorf("%s: an admin checks a secret: %d", name, status)
		}
		if status := h.useLink("x", tt.headers...).status; (status == 403) != (tt.status == 403) {
			t.Errorf("%s: sign in: %d", name, status)
		}
		h.call(cookie, "GET /tokens", nil, tt.headers...).want(200)
	}
	for _, request := range []string{"PUT /catalog", "PATCH /accounts/" + partner, "DELETE /tokens/x", "POST /auth/logout"} {
		h.call(cookie, request, "{}", "Sec-Fetch-Site: cross-site").want(403, "cross_origin")
	}
	h.call(cookie, "GET /whoami", nil).want(200) // nobody has signed out
	h.call(h.admin(), "POST /tokens", token(nil), "Sec-Fetch-Site: cross-site").want(201)
}

func TestCookieIsSecure(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		public, host, origin string
		want                 string // the end of Set-Cookie; empty if it is refused
	}{
		"https":               {"https://example.com", "example.com", "https://example.com", "; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Strict"},
		"https, under a path": {"https://example.com/a", "127.0.0.1:8080", "https://example.com", "; Path=/a; Max-Age=86400; HttpOnly; Secure; SameSite=Strict"},
		"localhost":           {"http://localhost:8080", "localhost:8080", "http://localhost:8080", "; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict"},
		"IPv6":                {"http://127.0.0.1:8080", "[::1]:8080", "http://[::1]:8080", "; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict"},
		"from elsewhere":      {"http://127.0.0.1:8080", "10.1.2.3:8080", "http://10.1.2.3:8080", ""},
		"http is public":      {"http://example.com", "example.com", "http://example.com", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := served(t, tt.public)
			r, err := http.NewRequestWithContext(t.Context(), "POST", h.server.URL+"/auth/link", strings.NewReader(`{"code":"`+h.link(partner, ada)+`"}`))
			h.must(err)
			r.Host = tt.host
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Origin", tt.origin)
			a := h.send(r)
			if tt.want == "" {
				a.want(403, "https_required")
			} else if set := a.want(204).header.Get("Set-Cookie"); !strings.HasSuffix(set, tt.want) {
				t.Errorf("Set-Cookie: %s", set)
			}
		})
	}
}
