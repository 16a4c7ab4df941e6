package gatewaytest

import (
	"os"
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
		var document map[string]any
		if err := yaml.Unmarshal(text, &document); err != nil {
			t.Errorf("%s: %v", file, err)
		}
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
