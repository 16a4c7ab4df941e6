package gatewaytest

import (
	"bytes"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestOnPaper looks at the configurations of gateways that are not run here: they
// are well-formed, and name what lets a forged header decide if it is forgotten.
func TestOnPaper(t *testing.T) {
	t.Parallel()
	for file, needs := range map[string][]string{
		"traefik/dynamic.yaml": {"trustForwardHeader: false", "X-Original-Method: \"\"", "X-Original-URI: \"\"", "Tokenry-Authorization: Bearer"},
		"envoy/envoy.yaml": {
			"failure_mode_allow: false", "remove: x-original-method", "remove: x-original-uri", "remove: tokenry-authorization",
			"key: x-forwarded-method", "key: x-forwarded-uri", "path_prefix: /authz",
		},
	} {
		text, err := os.ReadFile(filepath.Join("../../deploy/gateways", file))
		must(t, err)
		for _, header := range []string{"token-id", "account-id", "version", "scopes", "scopes-omitted", "code", "status"} {
			needs = append(needs, "x-tokenry-"+header)
		}
		for _, need := range needs {
			if !strings.Contains(strings.ToLower(string(text)), strings.ToLower(need)) {
				t.Errorf("%s does not have %q", file, need)
			}
		}
		if !strings.Contains(string(text), "NOT tried with") {
			t.Errorf("%s does not say that it is not tried", file)
		}
	}
}

// TestEnvoySchema reads Envoy's configuration by its own schemas.
func TestEnvoySchema(t *testing.T) {
	if testing.Short() {
		t.Skip("builds Envoy's schemas")
	}
	t.Parallel()
	check := func(file string) (string, error) {
		command := exec.CommandContext(t.Context(), "go", "run", ".", file)
		command.Dir = "envoycheck"
		out, err := command.CombinedOutput()
		return string(out), err
	}
	file, err := filepath.Abs("../../deploy/gateways/envoy/envoy.yaml")
	must(t, err)
	if out, err := check(file); err != nil {
		t.Errorf("envoy.yaml: %v\n%s", err, out)
	}
	text, err := os.ReadFile(file)
	must(t, err)
	for name, change := range map[string][2]string{
		"no_such_field": {"failure_mode_allow", "no_such_field"},
		"ClusterName":   {"cluster: tokenry, timeout", "timeout"}, // Validate names what is missing
	} {
		wrong := filepath.Join(t.TempDir(), "envoy.yaml")
		must(t, os.WriteFile(wrong, bytes.Replace(text, []byte(change[0]), []byte(change[1]), 1), 0o600))
		if out, err := check(wrong); err == nil {
			t.Errorf("%s: no fault was found\n%s", name, out)
		}
	}
}

// traefik is the part of a dynamic configuration of Traefik that
// deploy/gateways/traefik uses, by Traefik's reference.
type traefik struct {
	HTTP struct {
		Routers map[string]struct {
			Rule, Service string
			EntryPoints   []string `yaml:"entryPoints"`
			Middlewares   []string
			TLS           struct{}
		}
		Middlewares map[string]struct {
			Headers *struct {
				CustomRequestHeaders map[string]string `yaml:"customRequestHeaders"`
			}
			ForwardAuth *struct {
				Address             string
				TrustForwardHeader  bool     `yaml:"trustForwardHeader"`
				AuthRequestHeaders  []string `yaml:"authRequestHeaders"`
				AuthResponseHeaders []string `yaml:"authResponseHeaders"`
			} `yaml:"forwardAuth"`
		}
		Services map[string]struct {
			LoadBalancer struct {
				Servers []struct{ URL string }
			} `yaml:"loadBalancer"`
		}
	}
}

// TestTraefikFields: it names nothing that there is not, and its middlewares come in
// an order in which the client's own headers are gone before Tokenry is asked.
func TestTraefikFields(t *testing.T) {
	t.Parallel()
	file, err := os.Open("../../deploy/gateways/traefik/dynamic.yaml")
	must(t, err)
	defer file.Close()
	var config traefik
	decoder := yaml.NewDecoder(file)
	decoder.KnownFields(true)
	must(t, decoder.Decode(&config))
	router := config.HTTP.Routers["api"]
	var order []string
	for _, name := range router.Middlewares {
		switch middleware := config.HTTP.Middlewares[name]; {
		case middleware.ForwardAuth != nil:
			order = append(order, "ask")
			if middleware.ForwardAuth.TrustForwardHeader || !strings.HasSuffix(middleware.ForwardAuth.Address, "/authz") {
				t.Errorf("%s: %+v", name, middleware.ForwardAuth)
			}
		case middleware.Headers != nil:
			for header, value := range middleware.Headers.CustomRequestHeaders {
				if strings.EqualFold(header, "Tokenry-Authorization") {
					order = append(order, map[bool]string{true: "take away", false: "add"}[value == ""])
				}
			}
		default:
			t.Errorf("there is no middleware %q", name)
		}
	}
	if strings.Join(order, ", ") != "add, ask, take away" {
		t.Errorf("order %v", order)
	}
	if len(config.HTTP.Services[router.Service].LoadBalancer.Servers) == 0 {
		t.Errorf("there is no service %q", router.Service)
	}
}

// TestAsked sends what Traefik and Envoy send by their documentation: Traefik a GET
// of its address with the headers that are named and its own X-Forwarded ones, Envoy
// the client's method, with its path behind path_prefix and no body.
func TestAsked(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	t.Parallel()
	s := startServer(t, build(t))
	id, secret := s.token("Mine", nil)
	bearer := "Authorization: Bearer " + secret
	gateways := map[string]func(method, path string, client ...string) (string, string, []string){
		"traefik": func(method, path string, client ...string) (string, string, []string) {
			return "GET", "/authz", append(client, "Tokenry-Authorization: Bearer "+s.gateway,
				"X-Forwarded-Method: "+method, "X-Forwarded-Uri: "+path, "X-Forwarded-Proto: https", "X-Forwarded-Host: api.example.com",
				"X-Forwarded-Port: 443", "X-Forwarded-Server: traefik", "X-Real-Ip: 203.0.113.9", "X-Forwarded-For: 203.0.113.9")
		},
		"envoy": func(method, path string, client ...string) (string, string, []string) {
			return method, "/authz" + path, append(client, "tokenry-authorization: Bearer "+s.gateway,
				"x-forwarded-method: "+method, "x-forwarded-uri: "+path, "x-forwarded-for: 203.0.113.9", "content-length: 0",
				"x-envoy-internal: true", "x-envoy-expected-rq-timeout-ms: 2000")
		},
	}
	for name, gateway := range gateways {
		for _, tt := range []struct {
			status       int
			code         string
			method, path string
			client       []string
		}{
			{200, "", "GET", actions(id) + "?page=2&q=a%2Fb&scope=x&gateway=nginx", []string{bearer}},
			{200, "", "GET", actions(id), []string{"X-API-Key: " + secret}},
			{200, "", "HEAD", actions(id), []string{"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))}},
			{401, "missing_token", "GET", actions(id), nil},
			{401, "malformed", "GET", actions(id), []string{"Authorization: Bearer rubbish"}},
			{403, "insufficient_scope", "GET", "/Mediapartners/" + id + "/Jobs", []string{bearer}},
			{403, "path_denied", "GET", actions("0NcLbQhmTx3CVaSXnRlH2A"), []string{bearer}},
			{403, "no_such_route", "DELETE", actions(id), []string{bearer}},
			{403, "no_such_route", "GET", "/nowhere/.." + actions(id), []string{bearer}},
			{400, "ambiguous_credentials", "GET", actions(id), []string{bearer, "X-API-Key: " + secret}},
		} {
			method, target, headers := gateway(tt.method, tt.path, tt.client...)
			res, _ := ask(t, s.address, method, target, headers...)
			if res.StatusCode != tt.status || res.Header.Get("X-Tokenry-Code") != tt.code || tt.status == 200 && res.Header.Get("X-Tokenry-Token-Id") != id {
				t.Errorf("%s, %s %s: answer %d %v, want %d %s", name, tt.method, tt.path, res.StatusCode, res.Header, tt.status, tt.code)
			}
		}
	}
}
