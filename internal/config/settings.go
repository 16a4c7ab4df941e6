package config

import (
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Prefix is what the names of all variables begin with.
const Prefix = "TOKENRY_"

// Setting is one row of the table of settings.
type Setting struct {
	Key      string // in the YAML file; variable and flag follow from it
	Default  string // empty if there is none, or if it follows from other settings
	Secret   bool   // no flag; may come as a file
	Expected string // what a right value is, to follow "Give"
	Doc      string // one or two sentences for the reference

	set  func(*Config, string) error
	show func(Config) string // only where the default follows from other settings
}

// Variable is the name of the setting's environment variable.
func (s Setting) Variable() string { return Prefix + strings.ToUpper(s.Key) }

// Flag is the name of the setting's flag, without dashes in front.
func (s Setting) Flag() string { return strings.ReplaceAll(s.Key, "_", "-") }

// Settings is the table of all settings, in the order of the reference.
func Settings() []Setting {
	return slices.Concat(network, storage, checking, telling, versions, jwts, oidc, observing)
}

var network = []Setting{
	{
		Key: "listen", Default: "127.0.0.1:8080", Expected: expectAddress,
		set: into(func(c *Config) *string { return &c.Listen }, address),
		Doc: "Where the API is served.",
	},
	{
		Key: "ops_listen", Default: "127.0.0.1:9090", Expected: expectAddress + ", or off",
		set: into(func(c *Config) *string { return &c.OpsListen }, addressOrOff),
		Doc: "Where `/metrics` and `/debug/pprof/` are served, without authentication: keep it private. `off` serves neither.",
	},
	{
		Key: "public_url", Expected: "an http:// or https:// URL without query, such as https://tokens.example.com",
		set:  into(func(c *Config) *string { return &c.PublicURL }, publicURL),
		show: func(c Config) string { return c.PublicURL },
		Doc:  "Where users find this server, with the path that a proxy serves it under. Unless set, it is the address listened on.",
	},
	{
		Key: "help_url", Expected: "an http:// or https:// URL, such as https://wiki.example.com/tokens",
		set: into(func(c *Config) *string { return &c.HelpURL }, httpURL),
		Doc: "Your advice and guides for people with tokens. The console links to it.",
	},
	{
		Key: "trusted_proxies", Expected: expectList + "networks or addresses, such as 10.0.0.0/8,192.0.2.7",
		set: into(func(c *Config) *[]netip.Prefix { return &c.TrustedProxies }, list(prefix)),
		Doc: "Proxies whose `X-Forwarded-For` is believed, read from the right. Unless set, the header is ignored.",
	},
	{
		Key: "cors_origins", Expected: expectList + "origins, such as https://app.example.com",
		set: into(func(c *Config) *[]string { return &c.CORSOrigins }, list(origin)),
		Doc: "Web pages of these origins may call the API.",
	},
	{
		Key: "tls_cert_file", Expected: "the path of a PEM file",
		set: into(func(c *Config) *string { return &c.TLSCertFile }, text),
		Doc: "Certificate chain; with `tls_key_file`, the API is served over TLS. Both files are read again when they change.",
	},
	{
		Key: "tls_key_file", Expected: "the path of a PEM file",
		set: into(func(c *Config) *string { return &c.TLSKeyFile }, text),
		Doc: "Private key of the certificate.",
	},
	{
		Key: "request_timeout", Default: "30s", Expected: expectDuration("1s", "30s"),
		set: into(func(c *Config) *time.Duration { return &c.RequestTimeout }, durationFrom("1s")),
		Doc: "The longest a request may take; then it is answered with 504 `timeout`.",
	},
	{
		Key: "shutdown_timeout", Default: "20s", Expected: expectDuration("1s", "20s"),
		set: into(func(c *Config) *time.Duration { return &c.ShutdownTimeout }, durationFrom("1s")),
		Doc: "How long requests under way may go on when the server is told to stop.",
	},
}

var storage = []Setting{
	{
		Key: "data_dir", Default: "./tokenry-data", Expected: "the path of a folder",
		set: into(func(c *Config) *string { return &c.DataDir }, text),
		Doc: "Folder of the embedded database and the root key. It is made if it does not exist.",
	},
	{
		Key: "root_key_file", Expected: "the path of a file",
		set:  into(func(c *Config) *string { return &c.RootKeyFile }, text),
		show: func(c Config) string { return c.RootKeyFile },
		Doc:  "File of the key that seals peppers and signing keys. Unless set, it is `root.key` in the data folder.",
	},
	{
		Key: "database_url", Secret: true, Expected: expectPostgres,
		set: into(func(c *Config) *string { return &c.DatabaseURL }, postgresURL),
		Doc: "PostgreSQL database. Unless set, SQLite in the data folder is used.",
	},
	{
		Key: "database_listen_url", Secret: true, Expected: expectPostgres,
		set:  into(func(c *Config) *string { return &c.DatabaseListenURL }, postgresURL),
		show: func(c Config) string { return c.DatabaseListenURL },
		Doc:  "The same database, past a transaction pooler, for announcements. Unless set, it is `database_url`.",
	},
	{
		Key: "database_max_conns", Default: "20", Expected: expectNumber(2, 1000),
		set: into(func(c *Config) *int { return &c.DatabaseMaxConns }, number(2, 1000)),
		Doc: "The most connections to PostgreSQL that this node opens for requests; three more are for its lease and announcements.",
	},
	{
		Key: "audit_retention_days", Default: "0", Expected: "0, or a whole number of days from 30 to 36500",
		set: into(func(c *Config) *time.Duration { return &c.AuditRetention }, retention),
		Doc: "For how many days the audit log is kept; older entries are removed, and `tokenry audit verify` goes on from there. 0 keeps it for ever.",
	},
	{
		Key: "migrate", Default: "true", Expected: "true or false",
		set: into(func(c *Config) *bool { return &c.Migrate }, boolean),
		Doc: "Whether to bring the database up to date at start. With `false`, run `tokenry migrate` first; the server's role then needs no DDL.",
	},
}

var checking = []Setting{
	{
		Key: "lease", Default: "15s", Expected: expectDuration("2s", "15s"),
		set: into(func(c *Config) *time.Duration { return &c.Lease }, durationFrom("2s")),
		Doc: "How long cached checks are answered without the database; also the longest that a call which takes rights away waits for a node that is cut off.",
	},
	{
		Key: "cache_bytes", Default: "67108864", Expected: expectNumber(16<<10, 1<<40),
		set: into(func(c *Config) *int { return &c.CacheBytes }, number(16<<10, 1<<40)),
		Doc: "About how much memory the tokens that this node caches may take, in bytes. A token takes some 500 bytes.",
	},
	{
		Key: "token_prefix", Default: "tkr", Expected: "2 to 16 characters, a to z and 0 to 9, a letter first",
		set: into(func(c *Config) *string { return &c.TokenPrefix }, tokenPrefix),
		Doc: "What new secrets begin with, so that people and scanners recognise them.",
	},
}

var telling = []Setting{
	{
		Key: "smtp_url", Secret: true, Expected: "a URL such as smtp://user:password@mail.example.com:587, or smtps://",
		set: into(func(c *Config) *string { return &c.SMTPURL }, smtpURL),
		Doc: "Mail server that notices to people are sent by. `smtp://` uses STARTTLS, which may be missing only on this machine; " +
			"`smtps://` is TLS from the start. Without a port, it is 587 or 465. Unless set, notices wait.",
	},
	{
		Key: "mail_from", Default: "tokenry@localhost", Expected: "an e-mail address, with a name if you like: Tokens <tokens@example.com>",
		set: into(func(c *Config) *string { return &c.MailFrom }, mailAddress),
		Doc: "Sender of mail.",
	},
	{
		Key: "github_keys_url", Expected: "an https:// URL, or http:// on this machine: https://api.github.com/meta/public_keys/secret_scanning",
		set: into(func(c *Config) *string { return &c.GitHubKeysURL }, issuer),
		Doc: "Where GitHub publishes the keys that its secret scanning signs with. Unless set, what it finds is not taken at " +
			"`/integrations/github/secret-scanning`.",
	},
	{
		Key: "expiry_lead_days", Default: "30,7,1", Expected: expectList + "whole days from 1 to 365",
		set: into(func(c *Config) *[]time.Duration { return &c.ExpiryLeads }, list(days)),
		Doc: "How long before a token expires its contacts and webhooks are told. " +
			"Of these, a token gets those that are at most half of its life; set them alike on all nodes.",
	},
	{
		Key: "webhook_allow", Expected: expectList + "host names, addresses or networks, such as hooks.internal,10.1.2.0/24",
		set: into(func(c *Config) *[]string { return &c.WebhookAllow }, list(target)),
		Doc: "Where webhooks may be sent beside the public internet. A host named here may be in any network, and also plain http://.",
	},
	{
		Key: "webhook_ca_file", Expected: "the path of a PEM file",
		set: into(func(c *Config) *string { return &c.WebhookCAFile }, text),
		Doc: "Certificates of authorities that webhooks trust beside those of the system, such as your own. It is read at start.",
	},
}

var versions = []Setting{
	{
		Key: "at_sunset", Default: "report", Expected: "report or refuse",
		set: into(func(c *Config) *string { return &c.AtSunset }, oneOf("report", "refuse")),
		Doc: "What happens at the sunset of API versions that do not say so in the catalog: `report` lets their tokens go on, " +
			"`refuse` has checks answer `version_retired` from that moment on. Set it alike on all nodes.",
	},
	{
		Key: "public_changelog", Default: "false", Expected: "true or false",
		set: into(func(c *Config) *bool { return &c.PublicChangelog }, boolean),
		Doc: "Whether everybody may read `/changelog` and `/changelog.atom`, without a credential.",
	},
}

var jwts = []Setting{
	{
		Key: "jwt_algorithm", Default: "ES256", Expected: "ES256, EdDSA or RS256",
		set: into(func(c *Config) *string { return &c.JWT.Algorithm }, oneOf("ES256", "EdDSA", "RS256")),
		Doc: "What short-lived JWTs are signed with. After a change the next start makes a key for it, " +
			"which signs a quarter of an hour later. Set it alike on all nodes.",
	},
	{
		Key: "jwt_lifetime", Default: "5m", Expected: "a duration from 1m to 15m, such as 5m",
		set: into(func(c *Config) *time.Duration { return &c.JWT.Lifetime }, durationBetween("1m", "15m")),
		Doc: "How long a JWT lives at most. Who checks it without asking Tokenry, and reads no status lists, " +
			"accepts it for as long after its rights were taken away.",
	},
	{
		Key: "jwt_resources", Expected: expectList + "absolute URIs without a fragment, such as https://api.example.com/",
		set: into(func(c *Config) *[]string { return &c.JWT.Resources }, list(resource)),
		Doc: "What JWTs may be meant for: the values that `resource` may have at `/oauth/token`, exactly as written. " +
			"Unless set, all JWTs are meant for Tokenry itself.",
	},
}

var oidc = []Setting{
	{
		Key: "oidc_issuer", Expected: "an https:// URL, or http:// on this machine, exactly as in the provider's discovery document",
		set: into(func(c *Config) *string { return &c.OIDC.Issuer }, issuer),
		Doc: "OpenID Connect provider of your company: frontends send its tokens, and people sign in to the console with it.",
	},
	{
		Key: "oidc_audience", Expected: "the audience of tokens meant for Tokenry",
		set: into(func(c *Config) *string { return &c.OIDC.Audience }, text),
		Doc: "What `aud` of tokens that frontends send must have. Unless set, their tokens are not accepted.",
	},
	{
		Key: "oidc_client_id", Expected: "the client id that the provider has given Tokenry",
		set: into(func(c *Config) *string { return &c.OIDC.ClientID }, text),
		Doc: "With it people sign in to the console at the provider. There, allow `<public_url>/auth/callback` as redirect URI " +
			"and `<public_url>/console/sign-in` after a logout.",
	},
	{
		Key: "oidc_client_secret", Secret: true, Expected: "the secret that belongs to the client id",
		set: into(func(c *Config) *string { return &c.OIDC.ClientSecret }, text),
		Doc: "Unless set, Tokenry is a public client. It uses PKCE in any case.",
	},
	{
		Key: "oidc_scopes", Default: "openid,profile,email", Expected: expectList + "scopes, openid among them",
		set: into(func(c *Config) *[]string { return &c.OIDC.Scopes }, list(text)),
		Doc: "What is asked for when people sign in. Some providers put the claims below into tokens only for scopes of their own.",
	},
	{
		Key: "oidc_account_claim", Expected: expectClaim,
		set: into(func(c *Config) *string { return &c.OIDC.AccountClaim }, text),
		Doc: "Claim that is matched with the `external_id` of an account. A dot goes one level down: `org.id`.",
	},
	{
		Key: "oidc_member_claim", Default: "sub", Expected: expectClaim,
		set: into(func(c *Config) *string { return &c.OIDC.MemberClaim }, text),
		Doc: "Claim that is matched with the `external_id` of a member.",
	},
	{
		Key: "oidc_operator_claim", Expected: expectClaim,
		set: into(func(c *Config) *string { return &c.OIDC.OperatorClaim }, text),
		Doc: "Claim that makes a caller an operator, if it is, or is a list that has, `oidc_operator_value`.",
	},
	{
		Key: "oidc_operator_value", Expected: "a value of the operator claim",
		set: into(func(c *Config) *string { return &c.OIDC.OperatorValue }, text),
		Doc: "See `oidc_operator_claim`.",
	},
	{
		Key: "oidc_algorithms", Default: "RS256,ES256,PS256,EdDSA", Expected: expectList + "signature algorithms: " + strings.Join(algorithms, ", "),
		set: into(func(c *Config) *[]string { return &c.OIDC.Algorithms }, list(algorithm)),
		Doc: "Algorithms that tokens may be signed with.",
	},
}

var observing = []Setting{
	{
		Key: "log_format", Default: "auto", Expected: "auto, json or text",
		set: into(func(c *Config) *string { return &c.LogFormat }, oneOf("auto", "json", "text")),
		Doc: "`auto` is text on a terminal and JSON elsewhere.",
	},
	{
		Key: "log_level", Default: "info", Expected: "debug, info, warn or error",
		set: into(func(c *Config) *slog.Level { return &c.LogLevel }, level),
		Doc: "The least important lines to log.",
	},
	{
		Key: "otlp_endpoint", Expected: "an http:// or https:// URL, such as http://127.0.0.1:4318",
		set: into(func(c *Config) *string { return &c.OTLPEndpoint }, httpURL),
		Doc: "OpenTelemetry collector that traces are sent to, over HTTP. Unless set, there are no traces.",
	},
}
