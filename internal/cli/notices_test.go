package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNoticesPreview(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "new", "mails")
	offline(t, "", "notices", "preview", folder).want(t, 0, folder)
	for name, want := range map[string]string{
		"en/token.expiring.txt": "Subject: A token expires in 7 days", "zh-CN/token.leaked.html": "密钥已泄露", "en/digest.html": "12 notices",
	} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, want %q in it", name, err, want)
		}
	}
}
