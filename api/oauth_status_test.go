package api_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// issuedJWT is a JWT with its place in the status lists.
type issuedJWT struct {
	text, list string
	place      int
}

func (h *harness) placed(raw string) issuedJWT {
	h.t.Helper()
	claims, _ := h.claimsOf(raw)
	status := claims["status"].(map[string]any)["status_list"].(map[string]any)
	return issuedJWT{raw, status["uri"].(string), int(status["idx"].(float64))}
}

// marked reads the status list of a JWT as others do, and reports whether its
// place is marked.
func (h *harness) marked(issued issuedJWT) bool {
	h.t.Helper()
	path := strings.TrimPrefix(issued.list, "http://127.0.0.1:8080")
	a := h.call("", "GET "+path, nil, "Accept: application/statuslist+jwt").want(200)
	if a.header.Get("Content-Type") != "application/statuslist+jwt" || a.header.Get("Cache-Control") != "public, max-age=5" || a.header.Get("Age") == "" {
		h.t.Errorf("status list with %v", a.header)
	}
	claims, header := h.claimsOf(string(a.body))
	if header["typ"] != "statuslist+jwt" || claims["sub"] != issued.list || claims["ttl"] != 5.0 || claims["iat"] == nil {
		h.t.Errorf("status list %v %v", header, claims)
	}
	list := claims["status_list"].(map[string]any)
	packed, err := base64.RawURLEncoding.DecodeString(list["lst"].(string))
	h.must(err)
	reader, err := zlib.NewReader(bytes.NewReader(packed))
	h.must(err)
	bits, err := io.ReadAll(reader)
	h.must(err)
	if list["bits"] != 1.0 || len(bits) != 1<<13 {
		h.t.Errorf("status list of %d bytes, %v bits each", len(bits), list["bits"])
	}
	return bits[issued.place/8]>>(issued.place%8)&1 == 1
}

// TestStatusList: what a check would refuse whatever is asked is marked, and
// nothing else.
func TestStatusList(t *testing.T) {
	each(t, func(h *harness) {
		changes := map[string]func(id string){
			"revoked":  func(id string) { h.call(h.admin(), "POST /tokens/"+id+"/revoke", nil).want(200) },
			"deleted":  func(id string) { h.call(h.admin(), "DELETE /tokens/"+id, nil).want(200) },
			"disabled": func(id string) { h.call(h.admin(), "POST /tokens/"+id+"/disable", nil).want(200) },
			"disabled, and enabled again": func(id string) {
				h.call(h.admin(), "POST /tokens/"+id+"/disable", nil).want(200)
				h.call(h.admin(), "POST /tokens/"+id+"/enable", nil).want(200)
			},
			"narrowed": func(id string) {
				h.call(h.admin(), "PATCH /tokens/"+id, map[string]any{"scopes": []string{"jobs.list_jobs"}}).want(200)
			},
			"replaced": func(id string) {
				h.call(h.admin(), "POST /tokens/"+id+"/rotate", map[string]any{"grace_seconds": 0}).want(200)
			},
			"renamed": func(id string) {
				h.call(h.admin(), "PATCH /tokens/"+id, map[string]any{"name": "Renamed"}).want(200)
			},
			"replaced with a grace": func(id string) {
				h.call(h.admin(), "POST /tokens/"+id+"/rotate", map[string]any{"grace_seconds": 3600}).want(200)
			},
			"left alone": func(string) {},
		}
		all := map[string]issuedJWT{}
		for name, change := range changes {
			tok := h.create(twoScopes)
			all[name] = h.placed(h.jwtFor(tok.text("secret")).want(200).text("access_token"))
			if h.marked(all[name]) {
				h.t.Errorf("%s: marked before", name)
			}
			again := h.placed(h.jwtFor(tok.text("secret"), "scope", "jobs.list_jobs").want(200).text("access_token"))
			narrower := h.placed(h.exchanged(tok.text("secret"), again.text).want(200).text("access_token"))
			if again.place != all[name].place || narrower.place != again.place || again.list != all[name].list {
				h.t.Errorf("%s: JWTs of one state stand in different places", name)
			}
			change(tok.text("id"))
		}
		for name, issued := range all {
			want := h.verified(issued.text).text("code") != "ok"
			h.until(func() bool { return h.marked(issued) == want })
			if good := name == "renamed" || name == "replaced with a grace" || name == "left alone"; good == want {
				h.t.Errorf("%s: marked %t", name, want)
			}
		}
		kept := all["left alone"]
		h.call(h.op(), "PATCH /accounts/"+partner, map[string]any{"state": "disabled"}).want(200)
		h.until(func() bool { return h.marked(kept) })
		h.call(h.op(), "PATCH /accounts/"+partner, map[string]any{"state": "active"}).want(200)
		h.until(func() bool { return !h.marked(kept) })
		h.retire("16")
		h.until(func() bool { return h.marked(kept) })
	})
}

// TestStatusListOfAnotherState: JWTs of another secret, or of other rights, stand
// elsewhere, so that those before can be marked.
func TestStatusListOfAnotherState(t *testing.T) {
	each(t, func(h *harness) {
		tok := h.create(twoScopes)
		id, secret := tok.text("id"), tok.text("secret")
		seen := map[string]bool{}
		note := func(when, secret string) {
			h.t.Helper()
			at := h.placed(h.jwtFor(secret).want(200).text("access_token"))
			if key := fmt.Sprint(at.list, " ", at.place); seen[key] {
				h.t.Errorf("%s: in the same place as before", when)
			} else {
				seen[key] = true
			}
		}
		note("at first", secret)
		newer := h.call(h.admin(), "POST /tokens/"+id+"/rotate", map[string]any{"grace_seconds": 3600}).want(200).text("secret")
		note("of the next secret", newer)
		h.call(h.admin(), "PATCH /tokens/"+id, map[string]any{"scopes": []string{"jobs.list_jobs"}}).want(200)
		note("with fewer rights", newer)
		note("with fewer rights, of the earlier secret", secret)
	})
}

// TestStatusListPlaces: a place is kept as long as JWTs may live, and no longer.
func TestStatusListPlaces(t *testing.T) {
	each(t, func(h *harness) {
		secret := h.create(nil).text("secret")
		first := h.placed(h.jwtFor(secret).want(200).text("access_token"))
		clean := func() {
			h.must(h.store.JWTStatuses.Forget(h.t.Context(), h.clock.now().Add(-15*time.Minute)))
		}
		for range 5 {
			h.clock.add(14 * time.Minute)
			clean()
			if at := h.placed(h.jwtFor(secret).want(200).text("access_token")); at.place != first.place {
				h.t.Fatal("a place in use was given up")
			}
		}
		h.clock.add(time.Hour)
		clean()
		lists, err := h.store.JWTStatuses.Lists(h.t.Context())
		h.must(err)
		if lists != 0 {
			h.t.Errorf("%d lists, want none", lists)
		}
	})
}

func TestStatusListFaults(t *testing.T) {
	each(t, func(h *harness) {
		h.call("", "GET /status-lists/0", nil).want(200)
		h.call("", "GET /status-lists/1", nil).want(404, "not_found")
		h.call("", "GET /status-lists/1000000", nil).want(404, "not_found")
		h.call("", "GET /status-lists/-1", nil).want(404, "not_found")
		h.call("", "GET /status-lists/x", nil).want(400)
		raw := string(h.call("", "GET /status-lists/0", nil).want(200).body)
		h.verified(raw).want(200, "unknown") // it is signed by the same key, and no access token
		var claims jwt.MapClaims
		_, _, err := jwt.NewParser().ParseUnverified(raw, &claims)
		h.must(err)
		if text, _ := json.Marshal(claims); strings.Contains(string(text), "tkr_") {
			h.t.Errorf("claims %s", text)
		}
	})
}
