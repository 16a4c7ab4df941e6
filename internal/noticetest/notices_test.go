// Package noticetest kills servers while they send mail, and looks at what
// arrives: nothing is lost, and what comes twice can be told by its Message-ID.
package noticetest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/mailtest"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// size is how many notices are sent: one to the contact of each token, and nine
// to developers.
var size = flag.Int("notices", 1000, "how many notices go out")

const (
	nodes   = 3
	readers = 10 // of each token
	patient = 5 * time.Minute
)

func TestNoNoticeIsLost(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute: what a killed server was about is taken up again after a while")
	}
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "tokenry")
	if output, err := exec.Command("go", "build", "-o", binary, "../..").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	db, server := testdb.New(t, repository.Postgres), mailtest.New(t)
	folder := t.TempDir()
	environ := append(os.Environ(), "TOKENRY_LISTEN=127.0.0.1:0", "TOKENRY_OPS_LISTEN=off", "TOKENRY_DATA_DIR="+folder,
		"TOKENRY_DATABASE_URL="+db.URL, "TOKENRY_LOG_FORMAT=json", "TOKENRY_LEASE=2s", "TOKENRY_SMTP_URL=smtp://"+server.SMTP)
	cluster := make([]*node, nodes)
	for i := range cluster {
		cluster[i] = &node{binary: binary, environ: environ}
		cluster[i].start(t)
		t.Cleanup(cluster[i].kill)
	}
	secret, err := os.ReadFile(filepath.Join(folder, "operator-secret"))
	if err != nil {
		t.Fatal(err)
	}

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var trouble sync.WaitGroup
	trouble.Go(func() { haunt(ctx, t, cluster) })
	api := &caller{t: t, cluster: cluster, secret: strings.TrimSpace(string(secret))}
	api.createTokens(*size / readers)
	store := db.Open(t)
	want := *size / readers * readers
	halfway := func(done, _ int) bool { return done >= want/2 }
	await(t, store, halfway)
	stop()
	trouble.Wait()
	await(t, store, func(done, all int) bool { return all >= want && done == all })
	check(t, store, server, want)
}

// haunt kills one server after another, and starts it again.
func haunt(ctx context.Context, t *testing.T, cluster []*node) {
	for kills := 0; ; kills++ {
		select {
		case <-ctx.Done():
			t.Logf("%d servers were killed", kills)
			return
		case <-time.After(time.Duration(500+rand.IntN(1500)) * time.Millisecond):
		}
		n := cluster[rand.IntN(len(cluster))]
		n.kill()
		n.start(t)
	}
}

// await waits until as many notices are settled as done says.
func await(t *testing.T, store *repository.Store, done func(settled, all int) bool) {
	t.Helper()
	for end := time.Now().Add(patient); ; time.Sleep(200 * time.Millisecond) {
		settled, all := 0, notices(t, store)
		for _, n := range all {
			if n.State != model.NoticeWaiting {
				settled++
			}
		}
		if done(settled, len(all)) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d of %d notices are settled", settled, len(all))
		}
	}
}

func notices(t *testing.T, store *repository.Store) []model.Notice {
	t.Helper()
	var all []model.Notice
	page := repository.Page{Limit: 5000}
	for {
		some, err := store.Notices.List(t.Context(), repository.NoticeFilter{}, page)
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, some...); len(some) < page.Limit {
			return all
		}
		last := some[len(some)-1]
		page.After = &repository.Position{Time: last.CreatedAt, ID: last.ID}
	}
}

// check makes sure that every notice arrived, in one mail.
func check(t *testing.T, store *repository.Store, server *mailtest.Server, want int) {
	t.Helper()
	arrived := map[string]map[string]bool{} // readers by Message-ID
	messages := server.Messages()
	for _, m := range messages {
		id, _, _ := strings.Cut(m.MessageID, "@")
		if arrived[id] == nil {
			arrived[id] = map[string]bool{}
		}
		arrived[id][m.To[0].Address] = true
	}
	all, mails := notices(t, store), map[string]bool{}
	seen := map[string]bool{}
	for _, n := range all {
		mails[n.MailID] = true
		if n.State != model.NoticeSent || !arrived[n.MailID][n.Email] {
			t.Errorf("notice %s is %s, and its mail %q arrived: %v", n.ID, n.State, n.MailID, arrived[n.MailID][n.Email])
		}
		if key := n.EventID + n.EmailFolded; seen[key] {
			t.Errorf("notice %s is there twice", n.ID)
		} else {
			seen[key] = true
		}
	}
	if len(all) < want {
		t.Errorf("there are %d notices, want %d", len(all), want)
	}
	for id, to := range arrived {
		if !mails[id] || len(to) != 1 {
			t.Errorf("mail %s to %v is nobody's", id, to)
		}
	}
	t.Logf("%d notices in %d mails, of which %d came twice", len(all), len(mails), len(messages)-len(mails))
}

// caller creates tokens, whatever befalls the servers.
type caller struct {
	t       *testing.T
	cluster []*node
	secret  string
}

// createTokens creates tokens of the operator account, each with a contact and
// developers of its own.
func (c *caller) createTokens(count int) {
	var who struct {
		AccountID string `json:"account_id"`
	}
	c.call("GET", "/whoami", "", nil, &who)
	for i := range count {
		var member struct{ ID string }
		c.call("POST", "/accounts/"+who.AccountID+"/members", "", map[string]any{
			"name": fmt.Sprintf("Member %d", i), "email": fmt.Sprintf("member%d@example.com", i), "role": "specialist",
		}, &member)
		developers := make([]string, readers-1)
		for d := range developers {
			developers[d] = fmt.Sprintf("dev%d-%d@example.com", i, d)
		}
		c.call("POST", "/tokens", who.AccountID, map[string]any{
			"name": fmt.Sprintf("Token %d", i), "scopes": []string{"tokenry.verify"},
			"contacts": map[string]any{"primary": member.ID, "developers": developers},
		}, &struct{}{})
	}
}

// call calls one server after another until one has answered. What was done
// already is a conflict, which is as good.
func (c *caller) call(method, path, account string, body, out any) {
	c.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		status, answer := c.once(method, path, account, text)
		switch {
		case status/100 == 2:
			if err := json.Unmarshal(answer, out); err != nil {
				c.t.Fatal(err)
			}
			return
		case status == http.StatusConflict && path == "/tokens":
			return
		case time.Now().After(end), status/100 == 4 && status != http.StatusConflict:
			c.t.Fatalf("%s %s: %d %s", method, path, status, answer)
		case status == http.StatusConflict: // the member is there; make another
			text = bytes.Replace(text, []byte(`"email":"`), []byte(`"email":"x`), 1)
		}
	}
}

func (c *caller) once(method, path, account string, body []byte) (int, []byte) {
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.cluster[rand.IntN(len(c.cluster))].address()+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.secret)
	r.Header.Set("Content-Type", "application/json")
	if account != "" {
		r.Header.Set("Tokenry-Account", account)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil
	}
	return res.StatusCode, answer
}

// node is a place for a server.
type node struct {
	binary  string
	environ []string

	mu      sync.Mutex
	url     string
	process *exec.Cmd
}

func (n *node) address() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.url
}

// kill ends the server without warning.
func (n *node) kill() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.process != nil {
		_ = n.process.Process.Signal(syscall.SIGKILL)
		_ = n.process.Wait()
		n.process = nil
	}
}

// start starts a server, and returns when it listens.
func (n *node) start(t *testing.T) {
	command := exec.Command(n.binary, "serve")
	command.Env = n.environ
	output, err := command.StderrPipe()
	if err != nil {
		t.Error(err)
		return
	}
	if err := command.Start(); err != nil {
		t.Error(err)
		return
	}
	address := make(chan string, 1)
	go func() {
		defer close(address)
		for lines := bufio.NewScanner(output); lines.Scan(); {
			var line struct{ Msg, Server, Address string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" && line.Server == "api" {
				address <- line.Address
			}
		}
	}()
	n.mu.Lock()
	n.process = command
	n.mu.Unlock()
	if at, ok := <-address; ok {
		n.mu.Lock()
		n.url = "http://" + at
		n.mu.Unlock()
		return
	}
	t.Error("a server did not start")
}
