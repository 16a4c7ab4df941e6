package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// sendTimeout is the longest that a server may take for a step.
const sendTimeout = 10 * time.Second

// Server is a mail server to send by.
type Server struct {
	URL  string // smtp:// or smtps://, with user and password if it wants them
	From string // address of the sender, with or without a name
	// Roots are who may vouch for the server; nil for those of the machine.
	Roots *x509.CertPool
}

// Send hands a message to the server. Once it gives no error the server has
// taken the message over. No error shows the password.
func (s *Server) Send(ctx context.Context, m *Message) error {
	msg, err := s.message(m)
	if err != nil {
		return err
	}
	client, err := s.client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*sendTimeout)
	defer cancel()
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("connect to the mail server: %w", err)
	}
	err = client.SendWithSMTPClient(connection, msg)
	_ = client.CloseWithSMTPClient(connection) // what was sent was sent
	if err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	return nil
}

// Refused reports whether the server has said that it does not take the message;
// else it was not reached, or went away.
func Refused(err error) bool {
	bad, ok := errors.AsType[*gomail.SendError](err)
	return ok && bad.ErrorCode() > 0
}

// Permanent reports whether it is no use to try again: the server has refused
// this message or its reader for good.
func Permanent(err error) bool {
	bad, ok := errors.AsType[*gomail.SendError](err)
	return ok && bad.ErrorCode() >= 500
}

func (s *Server) client() (*gomail.Client, error) {
	u, err := url.Parse(s.URL)
	if err != nil {
		return nil, errors.New("the URL of the mail server is not one") // its text may have the password
	}
	host := u.Hostname()
	options := []gomail.Option{
		gomail.WithTimeout(sendTimeout),
		gomail.WithTLSConfig(&tls.Config{ServerName: host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}),
	}
	port := 587
	switch {
	case u.Scheme == "smtps":
		port = 465
		options = append(options, gomail.WithSSL())
	case isLoopback(host):
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if given, err := strconv.Atoi(u.Port()); err == nil {
		port = given
	}
	options = append(options, gomail.WithPort(port))
	if password, ok := u.User.Password(); ok {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return gomail.NewClient(host, options...)
}

func isLoopback(host string) bool {
	ip, _ := netip.ParseAddr(host) // the zero Addr if it is a name
	return host == "localhost" || ip.IsLoopback()
}

func (s *Server) message(m *Message) (*gomail.Msg, error) {
	from, err := mail.ParseAddress(s.From)
	if err != nil {
		return nil, fmt.Errorf("the sender of mail: %w", err)
	}
	from.Name = cmp.Or(from.Name, "Tokenry")
	msg := gomail.NewMsg()
	msg.FromMailAddress(from)
	msg.ToMailAddress(&mail.Address{Name: line(m.ToName), Address: line(m.To)})
	msg.Subject(line(m.Subject))
	msg.SetDateWithValue(m.Date)
	msg.SetMessageIDWithValue(m.ID + "@" + domain(from.Address))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answers by machines
	msg.SetGenHeader(gomail.HeaderContentLang, m.Language)
	if m.Unsubscribe != "" {
		msg.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">")
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click") // RFC 8058
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}

// domain is what a Message-ID ends with.
func domain(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return cmp.Or(domain, "localhost")
}
