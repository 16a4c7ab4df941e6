package cli_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// signIn uses a link as the console does, and gives the status.
func (w *world) signIn(link string) int {
	w.t.Helper()
	code, ok := strings.CutPrefix(link, w.url+"/console/sign-in#code=")
	if !ok {
		w.t.Fatalf("the link is %q", link)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+"/auth/link", strings.NewReader(`{"code":"`+code+`"}`))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

func TestLoginLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := filepath.Join(w.dir, "sign-in-link")
	first, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode of the file is %v, error %v", info.Mode(), err)
	}
	if status := w.signIn(strings.TrimSpace(string(first))); status != http.StatusNoContent {
		t.Errorf("the link of the first start: %d", status)
	}

	url := "--public-url=" + w.url
	tests := map[string]struct {
		args []string
		want string
	}{
		"operator":    {nil, "Admin <admin@localhost>"},
		"by address":  {[]string{"--member", "ADA@northwind.example"}, "Ada Partner"},
		"by id":       {[]string{"--member", "02demoMember0000000002"}, "Lin Wei"},
		"in account":  {[]string{"--member", "ada@northwind.example", "--account", "northwind"}, "Ada Partner"},
		"of a name":   {[]string{"--account", "My company"}, "Admin"},
		"quiet alone": {[]string{"-q"}, "/console/sign-in#code="},
	}
	for name, tt := range tests {
		out := w.run(append([]string{"login-link", url}, tt.args...)...).want(t, 0, tt.want).stdout
		link := out[strings.Index(out, w.url):]
		if status := w.signIn(strings.TrimSpace(link)); status != http.StatusNoContent {
			t.Errorf("%s: %d", name, status)
		}
		if status := w.signIn(strings.TrimSpace(link)); status != http.StatusUnauthorized {
			t.Errorf("%s, again: %d", name, status)
		}
	}
	w.run("login-link", "--member", "nobody@example.com").want(t, 1, "no active member")
	w.run("login-link", "--member", "ada@northwind.example", "--account", "contoso").want(t, 1, "no active member")
	w.run("login-link", "--account", "contoso").want(t, 1, "--member")

	for _, account := range []string{"northwind", "contoso"} {
		w.run("members", "create", "-a", account, "--name", "Twin", "--email", "twin@example.com", "--role", "viewer").want(t, 0)
	}
	w.run("login-link", "--member", "twin@example.com").want(t, 2, "--account")
	w.run("login-link", "--member", "twin@example.com", "--account", "contoso", url).want(t, 0)
}
