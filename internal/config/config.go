// Package config reads what the server is told at start.
//
// Every setting is a TOKENRY_ variable, a key of one YAML file, and a flag
// unless it is a secret. A flag wins over a variable, a variable over the file,
// the file over the default; an empty value counts as not given. All of them
// are in one table, from which names, defaults, masking and the reference in
// docs/guide/configuration.md follow.
package config

import (
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"time"
)

// Config is what is in force, checked. It has secrets in it: show it with
// Print only.
type Config struct {
	Listen    string // host:port
	OpsListen string // host:port; empty if there is no listener for operations
	PublicURL string // no slash at its end
	HelpURL   string // empty for none

	DataDir     string
	RootKeyFile string

	DatabaseURL       string // empty for SQLite in DataDir
	DatabaseListenURL string // where announcements are heard; empty for SQLite
	DatabaseMaxConns  int
	Migrate           bool // whether to migrate the database at start

	AtSunset        string // report or refuse
	PublicChangelog bool

	Lease       time.Duration
	CacheBytes  int
	TokenPrefix string

	AuditRetention time.Duration // 0 to keep the audit log for ever
	GitHubKeysURL  string        // empty if GitHub's reports are not taken

	ExpiryLeads []time.Duration // how long before it expires people are told of a token

	WebhookAllow  []string // names of hosts, addresses and networks, beside the public internet
	WebhookCAFile string   // empty for the authorities of the system alone

	TrustedProxies []netip.Prefix
	CORSOrigins    []string // lower case, as browsers send them
	TLSCertFile    string   // empty for plain HTTP
	TLSKeyFile     string

	RequestTimeout  time.Duration
	ShutdownTimeout time.Duration

	SMTPURL  string // empty for no mail
	MailFrom string

	LogFormat    string // auto, json or text
	LogLevel     slog.Level
	OTLPEndpoint string // empty for no traces

	JWT  JWT
	OIDC OIDC

	values []value // in the order of the table, for Print
}

// JWT is what short-lived JWTs are like.
type JWT struct {
	Algorithm string // of new keys
	Lifetime  time.Duration
	Resources []string // what they may be meant for, beside the issuer
}

// OIDC is how the tokens of the company's identity provider are checked and
// read. It is not in use if Issuer is empty.
type OIDC struct {
	Issuer        string
	Audience      string // empty if no JWTs are accepted
	Algorithms    []string
	AccountClaim  string // matched with the external_id of accounts
	MemberClaim   string // matched with the external_id of members
	OperatorClaim string
	OperatorValue string // callers whose OperatorClaim has it are operators

	// How people sign in to the console; they cannot if ClientID is empty.
	ClientID     string
	ClientSecret string // empty for a public client
	Scopes       []string
}

// SQLitePath is the file of the embedded database.
func (c Config) SQLitePath() string { return filepath.Join(c.DataDir, "tokenry.db") }

// derive fills in the settings whose defaults follow from other settings.
func (c *Config) derive() {
	if c.RootKeyFile == "" {
		c.RootKeyFile = filepath.Join(c.DataDir, "root.key")
	}
	if c.DatabaseListenURL == "" {
		c.DatabaseListenURL = c.DatabaseURL
	}
	if c.PublicURL == "" {
		c.PublicURL = c.listenURL()
	}
}

// listenURL is the address listened on as a URL that can be opened on this
// machine.
func (c *Config) listenURL() string {
	scheme := "http://"
	if c.TLSCertFile != "" {
		scheme = "https://"
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if ip, ipErr := netip.ParseAddr(host); err == nil && (host == "" || ipErr == nil && ip.IsUnspecified()) {
		return scheme + net.JoinHostPort("localhost", port)
	}
	return scheme + c.Listen
}
