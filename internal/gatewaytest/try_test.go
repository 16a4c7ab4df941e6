package gatewaytest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// actions is the path of a list; the id in it is bound to the token.
func actions(id string) string { return "/Mediapartners/" + id + "/Actions" }

// trial is a gateway under test.
type trial struct {
	*testing.T
	address string
	server  *server
	api     *api
}

func tryGateway(t *testing.T, s *server, a *api, address string) {
	tr := &trial{t, address, s, a}
	id, secret := s.token("Mine", nil)
	bearer := "Authorization: Bearer " + secret
	tr.letsIn(id, secret)
	tr.refuses(id, secret)
	tr.believesNoClient(id, bearer)
	tr.tellsOfOldVersions()
	tr.knowsAddresses()

	s.call("POST", "/tokens/"+id+"/revoke", partner, nil)
	tr.wantRefused(401, "revoked", "GET", actions(id), bearer)

	other, kept := s.token("Kept", nil)
	tr.want(200, "GET", actions(other), "Authorization: Bearer "+kept)
	s.call("POST", "/tokens/"+s.gatewayID+"/revoke", s.home, nil)
	tr.wantNoAnswer("with a gateway that is refused itself", actions(other), kept)
	s.stop()
	tr.wantNoAnswer("without Tokenry", actions(other), kept)
}

func (t *trial) ask(method, path string, headers ...string) *http.Response {
	t.Helper()
	t.api.last()
	res, body := ask(t.T, t.address, method, path, headers...)
	if (res.StatusCode == http.StatusOK) != strings.Contains(body, "hello from the API") && method != http.MethodHead {
		t.Errorf("%s %s: answer %d %s", method, path, res.StatusCode, body)
	}
	res.Header.Set("X-Body", strings.TrimSpace(body))
	return res
}

// want makes sure that a request gets to the API, and gives it as it came there.
func (t *trial) want(status int, method, path string, headers ...string) *http.Request {
	t.Helper()
	res := t.ask(method, path, headers...)
	asked := t.api.last()
	if res.StatusCode != status || asked == nil {
		t.Fatalf("%s %s: answer %d %s", method, path, res.StatusCode, res.Header)
	}
	return asked
}

// wantRefused makes sure that a request is refused, with the code in its problem,
// and does not get to the API.
func (t *trial) wantRefused(status int, code, method, path string, headers ...string) {
	t.Helper()
	res := t.ask(method, path, headers...)
	var problem struct{ Code string }
	_ = json.Unmarshal([]byte(res.Header.Get("X-Body")), &problem) // no code is not the one that is wanted
	if res.StatusCode != status || problem.Code != code || t.api.last() != nil {
		t.Errorf("%s %s: answer %d %s, want %d %s", method, path, res.StatusCode, res.Header, status, code)
	}
	challenges := res.Header.Values("WWW-Authenticate")
	if len(challenges) != 1 || !strings.HasPrefix(challenges[0], `Bearer realm="tokenry"`) {
		t.Errorf("%s %s: WWW-Authenticate %q", method, path, challenges)
	}
}

// wantNoAnswer makes sure that a client is kept out, and not told that it is its fault.
func (t *trial) wantNoAnswer(when, path, secret string) {
	t.Helper()
	res := t.ask("GET", path, "Authorization: Bearer "+secret)
	if asked := t.api.last(); res.StatusCode < 500 || asked != nil {
		t.Errorf("%s: answer %d %v; the API was asked: %t", when, res.StatusCode, res.Header, asked != nil)
	}
}

func (t *trial) letsIn(id, secret string) {
	basic := "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
	for _, credential := range []string{"Authorization: Bearer " + secret, "X-API-Key: " + secret, basic} {
		path := actions(id) + "?page=2&q=a%2Fb"
		asked := t.want(200, "GET", path, credential)
		for name, want := range map[string]string{
			"X-Tokenry-Token-Id": id, "X-Tokenry-Account-Id": partner, "X-Tokenry-Version": "16",
			"X-Tokenry-Scopes": "actions.list_actions", "X-Tokenry-Scopes-Omitted": "",
			"Authorization": "", "X-Api-Key": "", "Tokenry-Authorization": "",
		} {
			if got := asked.Header.Get(name); got != want {
				t.Errorf("the API got %s: %q, want %q", name, got, want)
			}
		}
		if asked.RequestURI != path {
			t.Errorf("the API got the path %s, want %s", asked.RequestURI, path)
		}
	}
}

func (t *trial) refuses(id, secret string) {
	bearer := "Authorization: Bearer " + secret
	mine := actions(id)
	t.wantRefused(401, "missing_token", "GET", mine)
	t.wantRefused(401, "malformed", "GET", mine, "Authorization: Bearer rubbish")
	t.wantRefused(400, "ambiguous_credentials", "GET", mine, bearer, "X-API-Key: "+secret)
	t.wantRefused(403, "insufficient_scope", "GET", "/Mediapartners/"+id+"/Jobs", bearer)
	t.wantRefused(403, "path_denied", "GET", actions("0NcLbQhmTx3CVaSXnRlH2A"), bearer)
	t.wantRefused(403, "no_such_route", "GET", "/nowhere", bearer)
	t.wantRefused(403, "no_such_route", "DELETE", mine, bearer)
	t.wantRefused(403, "no_such_route", "GET", "/nowhere/.."+mine, bearer)
	t.wantRefused(403, "no_such_route", "GET", "/"+mine, bearer)
	if res := t.ask("GET", "/.tokenry", bearer); res.StatusCode != 403 && res.StatusCode != 404 {
		t.Errorf("the gateway's own question: answer %d %v", res.StatusCode, res.Header)
	}
}

// believesNoClient: what a client sends in the names of others changes nothing.
func (t *trial) believesNoClient(id, bearer string) {
	other := "0NcLbQhmTx3CVaSXnRlH2A"
	forged := []string{
		"X-Forwarded-Uri: " + actions(id), "X-Forwarded-Method: GET",
		"X-Original-URI: " + actions(id), "X-Original-Method: GET",
		"X-Tokenry-Token-Id: " + other, "X-Tokenry-Account-Id: " + other, "X-Tokenry-Version: 99", "X-Tokenry-Scopes: everything",
		"X-Tokenry-Scopes-Omitted: true", "X-Tokenry-Code: ok", "X-Tokenry-Status: 200",
		"X-Tokenry-Deprecation: @1", "X-Tokenry-Sunset: now",
		"Tokenry-Authorization: Bearer " + t.server.operator, "Tokenry-Account: " + other,
		"X-HTTP-Method-Override: GET", "X-Rewrite-Url: " + actions(id),
	}
	asked := t.want(200, "GET", actions(id), append(forged, bearer)...)
	for name, want := range map[string]string{
		"X-Tokenry-Token-Id": id, "X-Tokenry-Account-Id": partner, "X-Tokenry-Version": "16",
		"X-Tokenry-Scopes": "actions.list_actions", "X-Tokenry-Scopes-Omitted": "", "Tokenry-Authorization": "",
		"X-Tokenry-Code": "", "X-Tokenry-Status": "", "X-Tokenry-Deprecation": "", "X-Tokenry-Sunset": "",
	} {
		if got := strings.Join(asked.Header.Values(name), ","); got != want {
			t.Errorf("with forged headers, the API got %s: %q, want %q", name, got, want)
		}
	}
	t.wantRefused(403, "no_such_route", "GET", "/nowhere", append(forged, bearer)...)
	t.wantRefused(403, "path_denied", "GET", actions(other), append(forged, bearer)...)
	t.wantRefused(403, "no_such_route", "DELETE", actions(id), append(forged, bearer)...)
	t.wantRefused(401, "missing_token", "GET", actions(id), forged...)
	twice := []string{"X-Forwarded-Uri: " + actions(id), "X-Forwarded-Uri: /", "X-Forwarded-Method: GET", "X-Forwarded-Method: PUT"}
	t.wantRefused(403, "no_such_route", "GET", "/nowhere", append(twice, bearer)...)
}

// tellsOfOldVersions: the API's answers say that the version is to be left.
func (t *trial) tellsOfOldVersions() {
	old, secret := t.server.token("Old", map[string]any{"version": "14"})
	new, current := t.server.token("New", nil)
	res := t.ask("GET", actions(old), "Authorization: Bearer "+secret)
	if res.StatusCode != 200 || res.Header.Get("Deprecation") != "@1769990400" || res.Header.Get("Sunset") != "Wed, 31 Mar 2027 00:00:00 GMT" {
		t.Errorf("of a deprecated version: answer %d %v", res.StatusCode, res.Header)
	}
	res = t.ask("GET", actions(new), "Authorization: Bearer "+current)
	if res.StatusCode != 200 || res.Header["Deprecation"] != nil || res.Header["Sunset"] != nil {
		t.Errorf("of a current version: answer %d %v", res.StatusCode, res.Header)
	}
}

// knowsAddresses: a token that is bound to networks is good from there alone,
// whatever the client says.
func (t *trial) knowsAddresses() {
	near, here := t.server.token("Near", map[string]any{"allowed_cidrs": []string{"127.0.0.0/8"}})
	far, there := t.server.token("Far", map[string]any{"allowed_cidrs": []string{"203.0.113.0/24"}})
	claim := "X-Forwarded-For: 203.0.113.9"
	t.want(200, "GET", actions(near), "Authorization: Bearer "+here)
	t.want(200, "GET", actions(near), "Authorization: Bearer "+here, claim)
	t.wantRefused(403, "ip_denied", "GET", actions(far), "Authorization: Bearer "+there, claim)
	t.wantRefused(403, "ip_denied", "GET", actions(far), "Authorization: Bearer "+there, claim, "X-Real-IP: 203.0.113.9", "Forwarded: for=203.0.113.9")
}
