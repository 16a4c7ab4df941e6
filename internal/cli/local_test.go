package cli_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestPeppers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, secret := w.create("peppered")
	w.run("peppers", "retire", "1").want(t, 1, "pepper_current")
	w.run("peppers", "add").want(t, 0, "Pepper 2")
	w.run("peppers", "retire", "1").want(t, 1, "pepper_in_use")
	w.run("peppers", "list").want(t, 0, "current", "older")
	w.verify(secret).want(t, 0)
	list := decode[struct{ Items []struct{ Current bool } }](t, w.run("peppers", "list", "--json").want(t, 0).stdout)
	if len(list.Items) != 2 || !list.Items[1].Current {
		t.Errorf("list = %+v", list)
	}
	w.run("peppers", "add").want(t, 0, "Pepper 3")
	w.run("peppers", "retire", "7").want(t, 1, "not_found")
	w.run("peppers", "retire", "one").want(t, 2)
}

func TestKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run("keys", "list").want(t, 0, "current", "ES256")
	w.run("keys", "retire", "1").want(t, 1, "signing_key_current")
	w.run("keys", "rotate", "--jwt-algorithm", "EdDSA").want(t, 0, "Key 2")
	w.run("keys", "list").want(t, 0, "current", "next", "EdDSA")
	w.run("keys", "retire", "7").want(t, 1, "not_found")
	w.run("keys", "rotate", "--now").want(t, 0, "Key 3")
	list := decode[struct{ Items []struct{ State, ID string } }](t, w.run("keys", "list", "--json").want(t, 0).stdout)
	if len(list.Items) != 3 || list.Items[1].State != "retired" || list.Items[2].State != "current" || list.Items[2].ID == "" {
		t.Errorf("list = %+v", list)
	}
}

func TestOperatorReset(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := filepath.Join(w.dir, "operator-secret")
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	made := strings.TrimSpace(w.run("operator", "reset", "-q").want(t, 0).stdout)
	w.run("accounts", "list").want(t, 0) // with the file, which has the new one
	if err := os.WriteFile(file, old, 0o600); err != nil {
		t.Fatal(err)
	}
	w.run("accounts", "list").want(t, 1, "bad_token", "TOKENRY_SECRET")
	w.environ = []string{"TOKENRY_URL=" + w.url, "TOKENRY_SECRET=" + made, "TOKENRY_DATA_DIR=" + w.dir}
	w.run("accounts", "list").want(t, 0)
	w.run("operator", "reset").want(t, 0, "new operator secret", "tkr_")
	w.run("accounts", "list").want(t, 1, "bad_token")
}

// The root key is changed without losing anything: new, restart, reseal, and
// the old one may go.
func TestRootKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, secret := w.create("sealed")
	path := filepath.Join(w.dir, "root.key")
	w.run("root-key", "new").want(t, 0, "stands first")
	file, err := os.ReadFile(path)
	if lines := strings.Split(strings.TrimSpace(string(file)), "\n"); err != nil || len(lines) != 2 {
		t.Fatalf("the root key file has %d lines, error %v", len(lines), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode of the root key file is %v, error %v", info.Mode(), err)
	}
	w.stop()
	w.start()
	w.run("root-key", "reseal").want(t, 0, "5 keys")
	w.run("root-key", "reseal").want(t, 0, "0 keys")
	first, _, _ := strings.Cut(string(file), "\n")
	if err := os.WriteFile(path, []byte(first+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.stop()
	w.start()
	w.verify(secret).want(t, 0)
	w.run("audit", "verify").want(t, 0)

	fresh := filepath.Join(t.TempDir(), "keys", "root.key")
	w.run("root-key", "new", "--root-key-file", fresh).want(t, 0, "There is a root key now")
	w.run("peppers", "list", "--root-key-file", fresh).want(t, 1, "root key")
}

func TestMigrateAndHealthcheck(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	offline(t, "", "migrate", "--data-dir", dir).want(t, 0, "up to date")
	offline(t, "", "migrate", "--data-dir", dir).want(t, 0)
	offline(t, "", "migrate", "--data-dir", dir, "--config", "/no/such").want(t, 2, "/no/such")

	w := newWorld(t)
	listen := strings.TrimPrefix(w.url, "http://")
	w.run("healthcheck", "--listen", listen).want(t, 0, "ok")
	_, port, err := net.SplitHostPort(listen)
	if err != nil {
		t.Fatal(err)
	}
	w.run("healthcheck", "--listen", "0.0.0.0:"+port).want(t, 0)
	w.run("healthcheck", "--listen", ":"+port).want(t, 0)
	w.run("healthcheck", "--listen", "127.0.0.1:1").want(t, 1, "does not answer")
	// Its folder is taken, and so are wrong settings.
	w.run("serve", "--listen", "127.0.0.1:0", "--ops-listen", "off").want(t, 1, "another server")
	w.run("serve", "--listen", "nowhere").want(t, 2, "TOKENRY_LISTEN")
}

func TestHealthcheckOverTLS(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"tokens.example.com"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	keyDER, keyErr := x509.MarshalPKCS8PrivateKey(key)
	if err := errors.Join(err, keyErr); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dir: filepath.Join(t.TempDir(), "data")}
	cert := w.write("tls.crt", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	keyFile := w.write("tls.key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})))
	listen := w.serve("--tls-cert-file", cert, "--tls-key-file", keyFile)
	offline(t, "", "healthcheck", "--listen", listen, "--tls-cert-file", cert, "--tls-key-file", keyFile).want(t, 0)
	offline(t, "", "healthcheck", "--listen", listen).want(t, 1, "400")
	environ := []string{"TOKENRY_URL=https://" + listen, "TOKENRY_SECRET=x"}
	run(t.Context(), "", environ, "accounts", "list").want(t, 3, "certificate") // a client does look at it
}

// A terminated server ends in good order, with exit code 0.
func TestServeEndsOnSignal(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "serve", "--listen", "127.0.0.1:0", "--ops-listen", "off", "--data-dir", filepath.Join(t.TempDir(), "d"))
	cmd.Env = []string{"TOKENRY_TEST_MAIN=1"}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		if strings.Contains(lines.Text(), `"listening"`) {
			break
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(stderr)
	if err := cmd.Wait(); err != nil || !strings.Contains(string(rest), `"stopped"`) {
		t.Errorf("serve ended with %v and wrote %s", err, rest)
	}
}
