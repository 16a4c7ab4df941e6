package gatewaytest

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestApache tries mod_auth_openidc as a resource server. It introspects, which
// tells it less than /authz: see docs/guide/gateways.md.
func TestApache(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program and runs a gateway")
	}
	t.Parallel()
	s := startServer(t, build(t))
	a := startAPI(t)
	tr := &trial{t, startApache(t, s, a.address), s, a}
	id, secret := s.token("Mine", nil)
	bearer := "Authorization: Bearer " + secret
	path := actions(id) + "?page=2&q=a%2Fb"
	asked := tr.want(200, "GET", path, bearer)
	for name, want := range map[string]string{
		"X-Tokenry-Client_id": id, "X-Tokenry-Account_id": partner, "X-Tokenry-Api_version": "16", "X-Tokenry-Scope": "actions.list_actions",
		"Authorization": "",
	} {
		if got := asked.Header.Get(name); got != want {
			t.Errorf("the API got %s: %q, want %q", name, got, want)
		}
	}
	if asked.RequestURI != path {
		t.Errorf("the API got the path %s, want %s", asked.RequestURI, path)
	}
	other, kept := s.token("Kept", nil)
	tr.wantStatus(401, "GET", actions(id))
	tr.wantStatus(401, "GET", actions(id), "Authorization: Bearer rubbish")
	tr.wantStatus(401, "GET", actions(id), "X-API-Key: "+secret)
	tr.wantStatus(401, "GET", actions(id)+"?access_token="+secret)
	tr.wantStatus(401, "GET", "/Mediapartners/"+id+"/Jobs", bearer) // it lacks the scope
	tr.wantStatus(401, "GET", actions(other), bearer)               // bound to another token
	for _, closed := range []string{"/nowhere", "/", "/Mediapartners/" + id, actions(id) + "/", actions(id) + "x"} {
		tr.wantStatus(403, "GET", closed, bearer)
	}
	tr.wantStatus(403, "DELETE", actions(id), bearer)
	for _, devious := range []string{"/nowhere/.." + actions(id), "/" + actions(id), "/%2e" + actions(id)} { // another way to write it
		if got := tr.want(200, "GET", devious, bearer).RequestURI; got != actions(id) {
			t.Errorf("the API got %s for %s", got, devious)
		}
	}
	for _, devious := range []string{"/Mediapartners/" + id + "%2fActions", "/Mediapartners/" + id + "/x/%2e%2e%2fActions"} {
		if res := tr.ask("GET", devious, bearer); res.StatusCode/100 != 4 {
			t.Errorf("%s: answer %d", devious, res.StatusCode)
		}
	}
	tr.wantStatus(401, "GET", "/nowhere/.."+actions(other), bearer)

	forged := []string{
		"X-Forwarded-Uri: " + actions(id), "X-Forwarded-Method: GET", "X-Original-URI: " + actions(id), "X-Original-Method: GET",
		"X-Tokenry-Client_id: " + other, "X-Tokenry-Client-Id: " + other, "X-Tokenry-Scope: everything", "X-Tokenry-Account_id: " + other,
		"X-Tokenry-Anything: everything", "OIDC_CLAIM_scope: everything", "Tokenry-Authorization: Bearer " + s.operator, "X-Remote-User: " + other,
	}
	asked = tr.want(200, "GET", actions(id), append(forged, bearer)...)
	for name, want := range map[string]string{
		"X-Tokenry-Client_id": id, "X-Tokenry-Client-Id": "", "X-Tokenry-Scope": "actions.list_actions", "X-Tokenry-Account_id": partner,
		"X-Tokenry-Anything": "", "Tokenry-Authorization": "",
	} {
		if got := strings.Join(asked.Header.Values(name), ","); got != want {
			t.Errorf("with forged headers, the API got %s: %q, want %q", name, got, want)
		}
	}
	tr.wantStatus(403, "GET", "/nowhere", append(forged, bearer)...)
	tr.wantStatus(401, "GET", actions(other), append(forged, bearer)...)
	tr.wantStatus(401, "GET", actions(id), forged...)

	s.call("POST", "/tokens/"+id+"/revoke", partner, nil)
	tr.wantStatus(401, "GET", actions(id), bearer)

	tr.want(200, "GET", actions(other), "Authorization: Bearer "+kept)
	s.call("POST", "/tokens/"+s.gatewayID+"/revoke", s.home, nil)
	tr.wantStatus(401, "GET", actions(other), "Authorization: Bearer "+kept)
	s.stop()
	tr.wantStatus(401, "GET", actions(other), "Authorization: Bearer "+kept)
}

// wantStatus makes sure that a request does not get to the API.
func (t *trial) wantStatus(status int, method, path string, headers ...string) {
	t.Helper()
	res := t.ask(method, path, headers...)
	if asked := t.api.last(); res.StatusCode != status || asked != nil {
		t.Errorf("%s %s: answer %d %v; the API was asked: %t", method, path, res.StatusCode, res.Header, asked != nil)
	}
}

// startApache runs Apache until the test ends, and gives its address. It speaks to
// Tokenry over TLS, with the certificate of an authority of the test.
func startApache(t *testing.T, s *server, api string) string {
	t.Helper()
	dir, listen := t.TempDir(), freeAddress(t)
	must(t, os.Chmod(filepath.Dir(dir), 0o755)) // started as root, it goes on as another user
	target, err := url.Parse("http://" + s.address)
	must(t, err)
	over := httptest.NewTLSServer(&httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(over.Close)
	authority := filepath.Join(dir, "authority.pem")
	must(t, os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: over.Certificate().Raw}), 0o644))
	text, err := os.ReadFile("../../deploy/gateways/apache/apache2.conf")
	must(t, err)
	config := filepath.Join(dir, "apache2.conf")
	changed := strings.NewReplacer("127.0.0.1:8000", listen, "https://tokens.example.com", over.URL, "127.0.0.1:3000", api,
		"/etc/ssl/certs/ca-certificates.crt", authority, "Short           2", "Short 20", "Long            2", "Long 20").Replace(string(text))
	must(t, os.WriteFile(config, []byte(changed), 0o600))
	command := exec.Command(program("apache2"), "-D", "FOREGROUND", "-d", dir, "-f", config)
	command.Env = append(os.Environ(), "TOKENRY_ID="+s.gatewayID, "TOKENRY_SECRET="+s.gateway, "TOKENRY_RUN_DIR="+dir)
	run(t, command, listen)
	return listen
}
