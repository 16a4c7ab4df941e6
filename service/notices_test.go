package service_test

import (
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/mail"
	"github.com/tokenry/tokenry/internal/mailtest"
	"github.com/tokenry/tokenry/internal/testdb"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

const lin = "02demoMember0000000002" // reads Chinese

// post is a bench with events, notices and a mail server.
type post struct {
	*bench
	server  *mailtest.Server
	events  *service.Events
	notices *service.Notices
}

func newPost(t *testing.T, db testdb.DB, arguments ...string) *post {
	t.Helper()
	b := newBench(t, db)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	p := &post{bench: b, server: mailtest.New(t, arguments...)}
	p.notices = &service.Notices{
		Store: b.store, Keys: b.keys, PublicURL: "https://tokens.example.com", Log: log, Now: b.clock.now,
		Mail: &mail.Server{URL: "smtp://" + p.server.SMTP, From: "tokenry@localhost"},
	}
	p.events = &service.Events{
		Store: b.store, Log: log, Now: b.clock.now, Leads: []time.Duration{7 * day, day},
	}
	b.exec("UPDATE tokens SET expires_at = NULL")
	p.events.Subscribers = []service.Subscriber{p.notices.Queue}
	if p.tell(); len(p.list()) > 0 {
		t.Fatal("people are told of what the demo has made")
	}
	return p
}

// tell makes notices of all that has happened.
func (p *post) tell() {
	p.t.Helper()
	for more := true; more; {
		var err error
		_, err = p.chain.Seal(p.t.Context())
		p.must(err)
		more, err = p.events.Follow(p.t.Context())
		p.must(err)
	}
	p.must(p.events.Scan(p.t.Context()))
}

// send puts what is due into mails and sends them, as the jobs do.
func (p *post) send() {
	p.t.Helper()
	p.must(p.notices.GatherAll(p.t.Context()))
	seen := map[string]bool{"": true}
	for _, n := range p.list() {
		if n.State == model.NoticeWaiting && !seen[n.MailID] {
			seen[n.MailID] = true
			if err := p.notices.Send(p.t.Context(), n.MailID, 1, 17); err != nil {
				p.t.Logf("send: %v", err)
			}
		}
	}
}

// deliver tells, lets the time of gathering pass, and sends.
func (p *post) deliver() {
	p.t.Helper()
	p.tell()
	p.clock.add(6 * time.Second)
	p.send()
}

func (p *post) list() []model.Notice {
	p.t.Helper()
	notices, _, err := p.notices.List(p.t.Context(), p.actor, service.NoticeFilter{}, 200, "")
	p.must(err)
	return notices
}

// states is the state and reason of each notice of a type, by address.
func (p *post) states(kind string) map[string]string {
	p.t.Helper()
	states := map[string]string{}
	for _, n := range p.list() {
		if n.Type == kind {
			states[n.Email] = strings.TrimSpace(string(n.State) + " " + n.Reason)
		}
	}
	return states
}

func (p *post) token(change func(*service.CreateToken)) service.Issued {
	p.t.Helper()
	in := service.CreateToken{
		Name: "Nightly export", Scopes: []string{"actions.list_actions"}, PrimaryContact: lin, Developers: []string{"dev@example.com"},
	}
	if change != nil {
		change(&in)
	}
	issued, err := p.tokens.Create(p.t.Context(), p.actor, in)
	p.must(err)
	return issued
}

// subjects is the subjects of the mails to an address, sorted.
func (p *post) subjects(address string) []string {
	var subjects []string
	for _, m := range p.server.Messages() {
		if m.To[0].Address == address {
			subjects = append(subjects, m.Subject)
		}
	}
	slices.Sort(subjects)
	return subjects
}

func (p *post) wantStates(kind string, want map[string]string) {
	p.t.Helper()
	got := p.states(kind)
	for address, state := range want {
		if !strings.HasPrefix(got[address], state) {
			p.t.Errorf("%s to %s is %q, want %q", kind, address, got[address], state)
		}
	}
	if len(got) != len(want) {
		p.t.Errorf("%s: %v, want %v", kind, got, want)
	}
}

func eachPost(t *testing.T, test func(p *post)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) { test(newPost(t, db)) })
}

func TestContactsAreTold(t *testing.T) {
	eachPost(t, func(p *post) {
		issued := p.token(nil)
		p.tell()
		p.send()
		if got := p.server.Messages(); len(got) != 0 {
			p.t.Errorf("mails were sent before they were gathered: %+v", got)
		}
		p.clock.add(6 * time.Second)
		p.send()
		p.wantStates("token.created", map[string]string{"lin@northwind.example": "sent", "dev@example.com": "sent"})
		for _, m := range p.server.Await(2) {
			c := p.server.Read(m)
			link := "https://tokens.example.com/console/tokens/" + issued.Token.ID
			if !strings.Contains(c.Text, link) || !strings.Contains(c.HTML, link) || !strings.Contains(c.Text, "Olga Operator") {
				p.t.Errorf("mail to %v: %s", m.To, c.Text)
			}
			if strings.Contains(c.Text+c.HTML, issued.Secret.Reveal()[30:]) || strings.Contains(c.Text+c.HTML, "tkr_") {
				p.t.Error("a mail has a secret in it")
			}
			developer := m.To[0].Address == "dev@example.com"
			if has := c.Header.Get("List-Unsubscribe") != ""; has != developer {
				p.t.Errorf("mail to %v: can unsubscribe %v", m.To, has)
			}
			if !strings.HasPrefix(m.Subject, "已创建令牌") {
				p.t.Errorf("subject to %v in the contact's language: %q", m.To, m.Subject)
			}
		}
		p.send()
		if got := len(p.server.Messages()); got != 2 {
			p.t.Errorf("sent again: %d mails", got)
		}
	})
}

// Who does something is not told of it, but for a new secret.
func TestActorsAreNotNagged(t *testing.T) {
	eachPost(t, func(p *post) {
		p.actor = model.Actor{Kind: model.ActorMember, ID: lin, Name: "Lin Wei", AccountID: partner, HomeID: partner, Role: model.RoleSpecialist}
		issued := p.token(nil)
		_, err := p.tokens.Disable(p.t.Context(), p.actor, issued.Token.ID)
		p.must(err)
		p.tell()
		p.wantStates("token.created", map[string]string{"lin@northwind.example": "waiting", "dev@example.com": "waiting"})
		p.wantStates("token.disabled", map[string]string{"dev@example.com": "waiting"})
	})
}

func TestManyNoticesAreOneMail(t *testing.T) {
	eachPost(t, func(p *post) {
		for _, name := range []string{"a", "b", "c", "d"} {
			p.token(func(in *service.CreateToken) { in.Name = name; in.PrimaryContact = ada; in.Developers = nil })
		}
		p.deliver()
		if got := p.subjects("ada@northwind.example"); !slices.Equal(got, []string{"4 notices about your API access tokens"}) {
			p.t.Fatalf("mails %q", got)
		}
		digest := p.server.Read(p.server.Messages()[0])
		for _, name := range []string{"a", "b", "c", "d"} {
			if !strings.Contains(digest.Text, "A token was created: "+name) {
				p.t.Errorf("the digest does not name %s: %s", name, digest.Text)
			}
		}
		// Soon after, up to three mails are sent; the rest waits for calm.
		p.clock.add(time.Minute)
		for _, name := range []string{"e", "f", "g"} {
			p.token(func(in *service.CreateToken) { in.Name = name; in.PrimaryContact = ada; in.Developers = nil })
		}
		p.deliver()
		if got := p.subjects("ada@northwind.example"); len(got) != 1 {
			p.t.Errorf("mails %q", got)
		}
		p.clock.add(10 * time.Minute)
		p.send()
		if got := p.subjects("ada@northwind.example"); len(got) != 4 {
			p.t.Errorf("after the calm: mails %q", got)
		}
	})
}

// A leak has a mail of its own, however much else there is to tell.
func TestLeakIsNotHiddenInADigest(t *testing.T) {
	eachPost(t, func(p *post) {
		for _, name := range []string{"a", "b", "c", "d"} {
			issued := p.token(func(in *service.CreateToken) { in.Name = name; in.PrimaryContact = ada; in.Developers = nil })
			if name == "d" {
				p.leak(issued, "https://example.com/d")
			}
		}
		_, err := p.leaks().Look(p.t.Context())
		p.must(err)
		p.deliver()
		got := p.subjects("ada@northwind.example")
		leaks := slices.DeleteFunc(slices.Clone(got), func(subject string) bool { return !strings.Contains(subject, "leak") })
		if len(leaks) != 1 || len(got) != 2 {
			p.t.Errorf("mails %q, want one of the leak and a digest", got)
		}
	})
}

func TestRemindersThatDoNotHoldAreDropped(t *testing.T) {
	eachPost(t, func(p *post) {
		soon := p.clock.now().Add(5 * day)
		moved := p.token(func(in *service.CreateToken) { in.Name = "Moved"; in.ExpiresAt = &soon })
		p.token(func(in *service.CreateToken) {
			in.Name = "Stays"
			in.ExpiresAt = &soon
			in.Developers = []string{"other@example.com"}
		})
		p.tell()
		later := soon.Add(300 * day)
		_, err := p.tokens.Update(p.t.Context(), p.actor, service.UpdateToken{ID: moved.Token.ID, ExpiresAt: new(&later)})
		p.must(err)
		p.clock.add(6 * time.Second)
		p.send()
		got := map[string]int{}
		for _, n := range p.list() {
			if n.Type == "token.expiring" {
				got[n.Email+" "+string(n.State)+" "+n.Reason]++
			}
		}
		if got["dev@example.com dropped void"] != 1 || got["other@example.com sent "] != 1 || got["lin@northwind.example sent "] != 1 {
			p.t.Errorf("notices %v", got)
		}
	})
}

// Without a mail server notices wait. When there is one they go out, but for
// those that nobody wants to hear of any more.
func TestNoticesWaitForAMailServer(t *testing.T) {
	eachPost(t, func(p *post) {
		server := p.notices.Mail
		p.notices.Mail = nil
		p.token(func(in *service.CreateToken) { in.Name = "Old" })
		p.tell()
		p.clock.add(29 * day)
		p.token(func(in *service.CreateToken) { in.Name = "New" })
		p.tell()
		p.clock.add(2 * day)
		p.must(p.notices.Measure(p.t.Context()))
		p.notices.Mail = server
		p.send()
		if got := p.subjects("dev@example.com"); len(got) != 1 || !strings.HasSuffix(got[0], "New") {
			p.t.Errorf("mails %q", got)
		}
		got := map[string]int{}
		for _, n := range p.list() {
			got[string(n.State)+" "+n.Reason]++
		}
		if got["dropped too_old"] != 2 || got["sent "] != 2 {
			p.t.Errorf("notices %v", got)
		}
	})
}

func TestRefusedMailHasFailed(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db testdb.DB) {
		p := newPost(t, db, "--smtp-allowed-recipients", "@northwind.example$")
		p.token(nil)
		p.deliver()
		p.wantStates("token.created", map[string]string{"lin@northwind.example": "sent", "dev@example.com": "failed "})
		p.notices.Mail.URL = "smtp://127.0.0.1:1"
		p.token(func(in *service.CreateToken) { in.Name = "Away"; in.Developers = nil })
		p.deliver()
		notices := p.list()
		away := notices[0]
		if away.State != model.NoticeWaiting || away.Attempts != 1 || away.Reason != "The mail server cannot be reached." || p.notices.Refused.Load() != 2 {
			p.t.Errorf("the notice is %+v", away)
		}
		if err := p.notices.Send(t.Context(), away.MailID, 17, 17); err != nil {
			t.Errorf("the last attempt: %v", err)
		}
		if last := p.list()[0]; last.State != model.NoticeFailed {
			t.Errorf("after the last attempt the notice is %+v", last)
		}
	})
}

// A contact who has left is told nothing; the admins are.
func TestAdminsHearForWhoHasLeft(t *testing.T) {
	eachPost(t, func(p *post) {
		issued := p.token(nil)
		p.deliver()
		_, err := p.members.Update(p.t.Context(), p.actor, lin, service.MemberInput{State: new(model.MemberInactive)})
		p.must(err)
		_, err = p.tokens.Disable(p.t.Context(), p.actor, issued.Token.ID)
		p.must(err)
		p.deliver()
		p.wantStates("token.disabled", map[string]string{"ada@northwind.example": "sent", "dev@example.com": "sent"})
		p.wantStates("contact.missing", map[string]string{"ada@northwind.example": "sent"})
	})
}

// Waiting mail to who is deactivated is not sent.
func TestInactiveMembersGetNoMail(t *testing.T) {
	eachPost(t, func(p *post) {
		p.token(func(in *service.CreateToken) { in.Developers = nil })
		p.tell()
		_, err := p.members.Update(p.t.Context(), p.actor, lin, service.MemberInput{State: new(model.MemberInactive)})
		p.must(err)
		p.clock.add(6 * time.Second)
		p.send()
		p.wantStates("token.created", map[string]string{"lin@northwind.example": "dropped inactive"})
	})
}
