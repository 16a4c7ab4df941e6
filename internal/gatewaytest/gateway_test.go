// Package gatewaytest tries the gateways' configurations in deploy/gateways: the
// real gateway between a client and an API, with the real program beside it.
package gatewaytest

import (
	"bufio"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// gateway is a program that is configured in deploy/gateways.
type gateway struct {
	folder string
	files  []string // the configuration first
	// command runs it in the foreground, with that configuration, in a folder of
	// its own.
	command func(dir, config string) *exec.Cmd
}

var gateways = []gateway{
	{"nginx", []string{"nginx.conf"}, func(dir, config string) *exec.Cmd {
		return exec.Command(program("nginx"), "-p", dir, "-c", config, "-e", filepath.Join(dir, "error.log"),
			"-g", "daemon off; master_process off; pid "+filepath.Join(dir, "pid")+";")
	}},
	{"caddy", []string{"Caddyfile"}, func(_, config string) *exec.Cmd {
		return exec.Command(program("caddy"), "run", "--adapter", "caddyfile", "--config", config)
	}},
	{"haproxy", []string{"haproxy.cfg", "tokenry.lua"}, func(_, config string) *exec.Cmd {
		return exec.Command(program("haproxy"), "-db", "-f", config)
	}},
}

// program is where a program is, for users who have no /usr/sbin in their PATH.
func program(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	return filepath.Join("/usr/sbin", name)
}

func TestGateways(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program and runs gateways")
	}
	t.Parallel()
	binary := build(t)
	for _, g := range gateways {
		t.Run(g.folder, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, binary)
			a := startAPI(t)
			tryGateway(t, s, a, start(t, g, s, a.address))
		})
	}
}

// build builds the program, once for all gateways.
func build(t *testing.T) string {
	t.Helper()
	built.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "tokenry-gateways-"); built.err == nil {
			built.output, built.err = exec.Command("go", "build", "-o", filepath.Join(built.dir, "tokenry"), "../..").CombinedOutput()
		}
	})
	if built.err != nil {
		t.Fatalf("%v\n%s", built.err, built.output)
	}
	return filepath.Join(built.dir, "tokenry")
}

// built is the program that is tried.
var built struct {
	sync.Once
	dir    string
	output []byte
	err    error
}

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(built.dir) // it is in a folder for what is temporary
	os.Exit(code)
}

// start runs the gateway until the test ends, and gives its address. It changes only
// the addresses in its configuration, and its patience: tests share the machine.
func start(t *testing.T, g gateway, s *server, api string) string {
	t.Helper()
	dir, listen := t.TempDir(), freeAddress(t)
	addresses := strings.NewReplacer("127.0.0.1:8000", listen, "127.0.0.1:8080", s.address, "127.0.0.1:3000", api,
		" 2s", " 20s", "= 2000", "= 20000")
	for i, name := range g.files {
		text, err := os.ReadFile(filepath.Join("../../deploy/gateways", g.folder, name))
		must(t, err)
		changed := addresses.Replace(string(text))
		if i == 0 && strings.Count(changed, listen) != 1 {
			t.Fatalf("%s does not listen on 127.0.0.1:8000", name)
		}
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(changed), 0o600))
	}
	if g.folder == "nginx" {
		must(t, os.WriteFile(filepath.Join(dir, "tokenry-secret.conf"), []byte(`proxy_set_header Tokenry-Authorization "Bearer `+s.gateway+`";`), 0o600))
		for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} { // where it may write, if it is not root
			must(t, os.MkdirAll(filepath.Join(dir, name), 0o700))
		}
	}
	command := g.command(dir, filepath.Join(dir, g.files[0]))
	command.Dir = dir
	command.Env = append(os.Environ(), "TOKENRY_SECRET="+s.gateway, "HOME="+dir, "XDG_CONFIG_HOME="+dir, "XDG_DATA_HOME="+dir)
	run(t, command, listen)
	return listen
}

// run runs a server until the test ends, and waits until it listens.
func run(t *testing.T, command *exec.Cmd, listen string) (stop func()) {
	t.Helper()
	log, err := os.Create(filepath.Join(t.ArtifactDir(), filepath.Base(command.Path)+".log"))
	must(t, err)
	command.Stdout, command.Stderr = log, log
	must(t, command.Start())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = command.Wait() // the log says why
	}()
	stop = func() {
		_ = command.Process.Signal(syscall.SIGTERM) // it may have ended
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			_ = command.Process.Kill()
			<-ended
		}
	}
	t.Cleanup(func() {
		stop()
		log.Close()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("%s:\n%s", log.Name(), text)
		}
	})
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("tcp", listen)
		if err == nil {
			conn.Close()
			return stop
		}
		select {
		case <-ended:
			t.Fatalf("%s did not start", command.Path)
		default:
		}
		if time.Now().After(end) {
			t.Fatalf("%s does not listen: %v", command.Path, err)
		}
	}
}

// freeAddress is one for a program of its own, out of the range from which the
// system gives others theirs meanwhile.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := "127.0.0.1:" + strconv.Itoa(20000+rand.IntN(10000))
		if l, err := net.Listen("tcp", address); err == nil {
			l.Close()
			return address
		}
	}
	t.Fatal("no free address")
	return ""
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ask sends a request as it stands: a client of ours would put it right.
func ask(t *testing.T, address, method, target string, headers ...string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	must(t, err)
	defer conn.Close()
	must(t, conn.SetDeadline(time.Now().Add(30*time.Second)))
	lines := append([]string{method + " " + target + " HTTP/1.1", "Host: " + address, "Connection: close"}, headers...)
	_, err = io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n\r\n")
	must(t, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(t, err)
	return res, string(body)
}
