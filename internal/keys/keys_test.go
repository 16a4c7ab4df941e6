package keys_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/tokenry/tokenry/internal/keys"
)

func TestRootSeals(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "root.key")
	if _, err := keys.ReadRoot(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("ReadRoot of nothing: %v", err)
	}
	made, err := keys.CreateRoot(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.CreateRoot(path); err == nil {
		t.Error("CreateRoot overwrote a key")
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, want 0600", info.Mode())
	}
	read, err := keys.ReadRoot(path)
	if err != nil {
		t.Fatal(err)
	}
	sealed := made.Seal([]byte("pepper"), "pepper 1")
	if got, err := read.Open(sealed, "pepper 1"); err != nil || string(got) != "pepper" {
		t.Errorf("Open = %q, %v", got, err)
	}
	if _, err := read.Open(sealed, "pepper 2"); err == nil {
		t.Error("opened under another context")
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := read.Open(sealed, "pepper 1"); err == nil {
		t.Error("opened after a change")
	}
}

func TestRootRotation(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string, lines ...[]byte) *keys.Root {
		t.Helper()
		text := "# keys\n\n"
		for _, key := range lines {
			text += keys.FormatRootKey(key)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		root, err := keys.ReadRoot(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return root
	}
	a, b := keys.NewKey(), keys.NewKey()
	before, both, after := write("a", a), write("ba", b, a), write("b", b)
	sealed := before.Seal([]byte("x"), "c")
	if both.Current(sealed) {
		t.Error("what the old key sealed counts as current")
	}
	if _, err := both.Open(sealed, "c"); err != nil {
		t.Errorf("with both keys: %v", err)
	}
	if _, err := after.Open(sealed, "c"); !errors.Is(err, keys.ErrCannotOpen) {
		t.Errorf("with the new key alone: %v", err)
	}
}

func TestRootFileFaultsShowNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "k")
	for _, text := range []string{"", "# only\n", "bm90IDMyIGJ5dGVz\n", "hunter2\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := keys.ReadRoot(path)
		if err == nil || bytes.Contains([]byte(err.Error()), []byte("hunter2")) {
			t.Errorf("ReadRoot of %q: %v", text, err)
		}
	}
}

func TestSealWithNeedsBoth(t *testing.T) {
	t.Parallel()
	key := keys.NewKey()
	sealed, err := keys.SealWith(key, []byte("header"), []byte("answer"), "idempotency")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := keys.OpenWith(key, []byte("header"), sealed, "idempotency"); err != nil || string(got) != "answer" {
		t.Errorf("OpenWith = %q, %v", got, err)
	}
	if _, err := keys.OpenWith(key, []byte("other"), sealed, "idempotency"); err == nil {
		t.Error("opened with another header")
	}
	if _, err := keys.OpenWith(keys.NewKey(), []byte("header"), sealed, "idempotency"); err == nil {
		t.Error("opened with another key")
	}
}
