package cli_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tokenry/tokenry/client"
)

func TestChangelog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body := filepath.Join(t.TempDir(), "body.txt")
	if err := os.WriteFile(body, []byte("One.\n\nTwo.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	added := decode[client.ChangelogEntry](t, w.run("changelog", "add", "--kind", "added", "--title", "Actions can be exported",
		"--body-file", body, "--type", "partner", "--version", "16", "--draft", "--json").want(t, 0).stdout)
	if added.Body != "One.\n\nTwo." || added.PublishedAt != nil {
		t.Errorf("added %+v", added)
	}
	w.run("changelog", "list").want(t, 0, "TITLE")
	w.run("changelog", "list", "--drafts").want(t, 0, "draft", "partner", "16", "Actions can be exported")
	w.run("changelog", "publish", added.ID).want(t, 0, added.ID+" is published")
	w.run("changelog", "add", "--kind", "fixed", "--title", "All is well").want(t, 0, "is published")
	w.run("changelog", "list", "--type", "brand", "--kind", "fixed", "-n", "1").want(t, 0, "all", "All is well")
	w.run("changelog", "add", "--kind", "broken", "--title", "x").want(t, 2, "security")
	w.run("changelog", "add", "--kind", "fixed", "--title", "x", "--type", "nobody").want(t, 1, "account_types.0")
	w.run("changelog", "add", "--kind", "fixed", "--title", "x", "--body-file", "/nowhere").want(t, 2, "/nowhere")
	w.run("changelog", "delete", added.ID).want(t, 0, "is gone")
	w.run("changelog", "publish", added.ID).want(t, 1, "not_found")
}

func TestCampaign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run("campaign", "15").want(t, 1, "account_type")
	w.run("campaign", "15", "--type", "partner").want(t, 0, "Company profile sync", "Northwind Media", "ada@northwind.example", "never",
		"still have it: 1, of accounts: 1", "acknowledged: 0")
	w.run("campaign", "15", "-a", "northwind", "--late", "-n", "1").want(t, 0, "Company profile sync")
	if c := decode[client.Campaign](t, w.run("campaign", "14", "--type", "partner", "--json").want(t, 0).stdout); len(c.Items) != 0 || c.Version.ID != "14" {
		t.Errorf("the campaign is %+v", c)
	}
	w.run("campaign", "99", "--type", "partner").want(t, 1, "not_found")
}
