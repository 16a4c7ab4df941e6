package config_test

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokenry/tokenry/internal/config"
)

func load(t *testing.T, flags map[string]string, environ ...string) config.Config {
	t.Helper()
	c, err := config.Load(flags, environ)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tokenry.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoadDefaults(t *testing.T) {
	t.Parallel()
	c := load(t, nil)
	if c.Listen != "127.0.0.1:8080" || c.OpsListen != "127.0.0.1:9090" || c.PublicURL != "http://127.0.0.1:8080" {
		t.Errorf("addresses = %q, %q, %q", c.Listen, c.OpsListen, c.PublicURL)
	}
	if want := filepath.Join("tokenry-data", "root.key"); c.RootKeyFile != want {
		t.Errorf("RootKeyFile = %q, want %q", c.RootKeyFile, want)
	}
	if c.Lease != 15*time.Second || !c.Migrate || c.DatabaseURL != "" || c.TokenPrefix != "tkr" || c.OIDC.MemberClaim != "sub" {
		t.Errorf("Load = %+v", c)
	}
	if want := []string{"RS256", "ES256", "PS256", "EdDSA"}; !slices.Equal(c.OIDC.Algorithms, want) {
		t.Errorf("Algorithms = %v, want %v", c.OIDC.Algorithms, want)
	}
}

func TestLoadPrecedence(t *testing.T) {
	t.Parallel()
	file := write(t, "lease: 3s\nrequest_timeout: 3s\nshutdown_timeout: 3s\n")
	c := load(t, map[string]string{"lease": "5s"},
		"TOKENRY_CONFIG="+file, "TOKENRY_LEASE=4s", "TOKENRY_REQUEST_TIMEOUT=4s", "TOKENRY_SHUTDOWN_TIMEOUT=")
	if c.Lease != 5*time.Second {
		t.Errorf("Lease = %v, want that of the flag", c.Lease)
	}
	if c.RequestTimeout != 4*time.Second {
		t.Errorf("RequestTimeout = %v, want that of the variable", c.RequestTimeout)
	}
	if c.ShutdownTimeout != 3*time.Second {
		t.Errorf("ShutdownTimeout = %v, want that of the file: an empty variable is unset", c.ShutdownTimeout)
	}
}

func TestLoadValues(t *testing.T) {
	t.Parallel()
	file := write(t, `
listen: ":9000"
ops_listen: "off"
migrate: false
trusted_proxies: [10.1.2.3/8, "::ffff:192.0.2.7", 2001:db8::/32]
cors_origins: https://App.example.com, http://localhost:5173
database_max_conns: 7
log_level:
`)
	c := load(t, map[string]string{"config": file, "data-dir": "/srv/t"})
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32"), netip.MustParsePrefix("2001:db8::/32")}
	if !slices.Equal(c.TrustedProxies, proxies) {
		t.Errorf("TrustedProxies = %v, want %v", c.TrustedProxies, proxies)
	}
	if want := []string{"https://app.example.com", "http://localhost:5173"}; !slices.Equal(c.CORSOrigins, want) {
		t.Errorf("CORSOrigins = %v, want %v", c.CORSOrigins, want)
	}
	if c.PublicURL != "http://localhost:9000" || c.OpsListen != "" || c.Migrate || c.DatabaseMaxConns != 7 || c.SQLitePath() != "/srv/t/tokenry.db" {
		t.Errorf("Load = %+v", c)
	}
}

func TestLoadSecretFromFile(t *testing.T) {
	t.Parallel()
	const url = "postgres://tokenry:s3cret@db/tokenry"
	secret := write(t, url+"\n")
	tests := map[string]struct {
		flags   map[string]string
		environ string
	}{
		"variable": {nil, "TOKENRY_DATABASE_URL_FILE=" + secret},
		"key":      {nil, "TOKENRY_CONFIG=" + write(t, "database_url_file: "+secret)},
		"flag":     {map[string]string{"database-url-file": secret}, "TOKENRY_DATABASE_URL=postgres://other/other"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := load(t, tt.flags, tt.environ)
			if c.DatabaseURL != url || c.DatabaseListenURL != url {
				t.Errorf("DatabaseURL, DatabaseListenURL = %q, %q, want %q", c.DatabaseURL, c.DatabaseListenURL, url)
			}
		})
	}
}

// People may sign in with a provider whose tokens are not accepted.
func TestLoadLoginAlone(t *testing.T) {
	t.Parallel()
	c := load(t, nil, "TOKENRY_OIDC_ISSUER=https://id.example.com", "TOKENRY_OIDC_CLIENT_ID=console",
		"TOKENRY_OIDC_CLIENT_SECRET_FILE="+write(t, "s3cret\n"), "TOKENRY_OIDC_ACCOUNT_CLAIM=org")
	if want := []string{"openid", "profile", "email"}; c.OIDC.Audience != "" || c.OIDC.ClientID != "console" || c.OIDC.ClientSecret != "s3cret" || !slices.Equal(c.OIDC.Scopes, want) {
		t.Errorf("OIDC = %+v", c.OIDC)
	}
}

func TestLoadIgnoresVariablesOfTheClient(t *testing.T) {
	t.Parallel()
	load(t, nil, "TOKENRY_URL=x", "TOKENRY_SECRET=x", "TOKENRY_SECRET_FILE=x", "TOKENRY_TEST_POSTGRES_URL=x", "TOKENRY_PORT=tcp://10.0.0.1:80", "TOKENRY_PORT_80_TCP=x", "TOKENRY_SERVICE_HOST=x", "HOME=/root", "TOKENRY_NO_SUCH=")
}

func TestLoadReportsMistakes(t *testing.T) {
	t.Parallel()
	oidc := []string{"TOKENRY_OIDC_ISSUER=https://id.example.com", "TOKENRY_OIDC_AUDIENCE=tokenry", "TOKENRY_OIDC_ACCOUNT_CLAIM=org"}
	tests := map[string]struct {
		flags   map[string]string
		environ []string
		want    []string // names, in order
	}{
		"unknown variable":           {nil, []string{"TOKENRY_LISTNE=:80"}, []string{"TOKENRY_LISTNE"}},
		"unknown flag":               {map[string]string{"listne": ":80"}, nil, []string{"--listne"}},
		"unknown key":                {map[string]string{"config": write(t, "oidc:\n  issuer: x\n")}, nil, []string{"oidc.issuer"}},
		"secret as flag":             {map[string]string{"database-url": "postgres://a:s3cret@b/c"}, nil, []string{"--database-url"}},
		"no such file":               {map[string]string{"config": "/no/such.yaml"}, nil, []string{"/no/such.yaml"}},
		"no such secret file":        {nil, []string{"TOKENRY_DATABASE_URL_FILE=/no/such"}, []string{"TOKENRY_DATABASE_URL_FILE"}},
		"empty secret file":          {nil, []string{"TOKENRY_DATABASE_URL_FILE=" + write(t, "\n")}, []string{"TOKENRY_DATABASE_URL_FILE"}},
		"secret twice":               {nil, []string{"TOKENRY_DATABASE_URL=postgres://a/b", "TOKENRY_DATABASE_URL_FILE=/x"}, []string{"TOKENRY_DATABASE_URL"}},
		"all at once":                {map[string]string{"lease": "1s"}, []string{"TOKENRY_LISTEN=x", "TOKENRY_FOO=1"}, []string{"TOKENRY_FOO", "TOKENRY_LISTEN", "TOKENRY_LEASE"}},
		"address without port":       {nil, []string{"TOKENRY_LISTEN=127.0.0.1"}, []string{"TOKENRY_LISTEN"}},
		"port too large":             {nil, []string{"TOKENRY_OPS_LISTEN=127.0.0.1:70000"}, []string{"TOKENRY_OPS_LISTEN"}},
		"duration without unit":      {nil, []string{"TOKENRY_REQUEST_TIMEOUT=30"}, []string{"TOKENRY_REQUEST_TIMEOUT"}},
		"number":                     {nil, []string{"TOKENRY_CACHE_BYTES=1e5"}, []string{"TOKENRY_CACHE_BYTES"}},
		"number out of range":        {nil, []string{"TOKENRY_DATABASE_MAX_CONNS=1"}, []string{"TOKENRY_DATABASE_MAX_CONNS"}},
		"boolean":                    {nil, []string{"TOKENRY_MIGRATE=maybe"}, []string{"TOKENRY_MIGRATE"}},
		"another database":           {nil, []string{"TOKENRY_DATABASE_URL=mysql://a/b"}, []string{"TOKENRY_DATABASE_URL"}},
		"no database":                {nil, []string{"TOKENRY_DATABASE_URL=postgres://db"}, []string{"TOKENRY_DATABASE_URL"}},
		"password not encoded":       {nil, []string{"TOKENRY_DATABASE_URL=postgres://u:123/45@db/tokenry"}, []string{"TOKENRY_DATABASE_URL"}},
		"listen URL alone":           {nil, []string{"TOKENRY_DATABASE_LISTEN_URL=postgres://a/b"}, []string{"TOKENRY_DATABASE_URL"}},
		"public URL with query":      {nil, []string{"TOKENRY_PUBLIC_URL=https://a/?b"}, []string{"TOKENRY_PUBLIC_URL"}},
		"proxies":                    {nil, []string{"TOKENRY_TRUSTED_PROXIES=10.0.0.0/8,all"}, []string{"TOKENRY_TRUSTED_PROXIES"}},
		"mapped proxies":             {nil, []string{"TOKENRY_TRUSTED_PROXIES=::ffff:10.0.0.0/104"}, []string{"TOKENRY_TRUSTED_PROXIES"}},
		"any origin":                 {nil, []string{"TOKENRY_CORS_ORIGINS=*"}, []string{"TOKENRY_CORS_ORIGINS"}},
		"origin with path":           {nil, []string{"TOKENRY_CORS_ORIGINS=https://a/"}, []string{"TOKENRY_CORS_ORIGINS"}},
		"certificate without key":    {nil, []string{"TOKENRY_TLS_CERT_FILE=a"}, []string{"TOKENRY_TLS_KEY_FILE"}},
		"key without certificate":    {nil, []string{"TOKENRY_TLS_KEY_FILE=a"}, []string{"TOKENRY_TLS_CERT_FILE"}},
		"log format":                 {nil, []string{"TOKENRY_LOG_FORMAT=xml"}, []string{"TOKENRY_LOG_FORMAT"}},
		"log level":                  {nil, []string{"TOKENRY_LOG_LEVEL=info+1"}, []string{"TOKENRY_LOG_LEVEL"}},
		"prefix":                     {nil, []string{"TOKENRY_TOKEN_PREFIX=Tkr_"}, []string{"TOKENRY_TOKEN_PREFIX"}},
		"issuer without audience":    {nil, slices.Delete(slices.Clone(oidc), 1, 2), []string{"TOKENRY_OIDC_AUDIENCE"}},
		"client without issuer":      {nil, []string{"TOKENRY_OIDC_CLIENT_ID=console"}, []string{"TOKENRY_OIDC_ISSUER"}},
		"secret without client":      {nil, append([]string{"TOKENRY_OIDC_CLIENT_SECRET=x"}, oidc...), []string{"TOKENRY_OIDC_CLIENT_ID"}},
		"scopes without client":      {nil, append([]string{"TOKENRY_OIDC_SCOPES=openid"}, oidc...), []string{"TOKENRY_OIDC_CLIENT_ID"}},
		"client that lets nobody in": {nil, []string{"TOKENRY_OIDC_CLIENT_ID=console", oidc[0]}, []string{"TOKENRY_OIDC_ACCOUNT_CLAIM"}},
		"issuer that lets nobody in": {nil, oidc[:2], []string{"TOKENRY_OIDC_ACCOUNT_CLAIM"}},
		"audience without issuer":    {nil, oidc[1:2], []string{"TOKENRY_OIDC_ISSUER"}},
		"issuer in clear":            {nil, append([]string{"TOKENRY_OIDC_ISSUER=http://id.example.com"}, oidc[1:]...), []string{"TOKENRY_OIDC_ISSUER"}},
		"shared-key algorithm":       {nil, append([]string{"TOKENRY_OIDC_ALGORITHMS=RS256,HS256"}, oidc...), []string{"TOKENRY_OIDC_ALGORITHMS"}},
		"operator claim alone":       {nil, append([]string{"TOKENRY_OIDC_OPERATOR_CLAIM=roles"}, oidc...), []string{"TOKENRY_OIDC_OPERATOR_VALUE"}},
		"operator value alone":       {nil, append([]string{"TOKENRY_OIDC_OPERATOR_VALUE=ops"}, oidc...), []string{"TOKENRY_OIDC_OPERATOR_CLAIM"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(tt.flags, tt.environ)
			mistakes, ok := errors.AsType[config.Mistakes](err)
			if !ok {
				t.Fatalf("Load: error %v, want mistakes in %v", err, tt.want)
			}
			var got []string
			for _, m := range mistakes {
				got = append(got, m.Name)
				if !strings.Contains(err.Error(), m.Name) || m.Problem == "" || m.Expected == "" {
					t.Errorf("mistake %+v is not told in full by %q", m, err)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("Load: mistakes in %v, want %v\n%v", got, tt.want, err)
			}
		})
	}
}

func TestLoadTellsThePlaceInTheFile(t *testing.T) {
	t.Parallel()
	file := write(t, "listen: 127.0.0.1:80\ndatabase_url: [postgres://u:s3cret@db/x\n")
	_, err := config.Load(map[string]string{"config": file}, nil)
	if err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "line ") {
		t.Errorf("Load: error %v, want the file and the line", err)
	}
}

// A password may be in any value that is wrong, and in some that are right.
func TestPasswordsAreNotShown(t *testing.T) {
	t.Parallel()
	c := load(t, nil, "TOKENRY_DATABASE_URL=postgres://tokenry:s3cret@db/tokenry?sslpassword=s3cret&password=s3cret",
		"TOKENRY_DATABASE_LISTEN_URL=postgres:///tokenry?password=s3cret&host=/run/postgresql")
	var out strings.Builder
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "s3cret") || !strings.Contains(out.String(), "postgres://tokenry:xxxxx@db/tokenry") {
		t.Errorf("Print wrote\n%s", out.String())
	}
	wrong := map[string]string{
		"key":     "database_url: [postgres://u:s3cret@db/x\n",
		"scalar":  "s3cret postgres://u:s3cret@db/x\n",
		"mapping": "database_url: {s3cret: s3cret}\n",
		"twice":   "listen: s3cret:80\nlisten: s3cret:81\n",
		"value":   "database_url: s3cret://u:s3cret@db/x\notlp_endpoint: http://u:s3cret@collector\n",
		"parse":   "database_url: postgres://u:s3c/ret:s3cret@db/x\n",
	}
	for name, text := range wrong {
		_, err := config.Load(map[string]string{"config": write(t, text)}, nil)
		if err == nil || strings.Contains(strings.ReplaceAll(err.Error(), "database_url.s3cret", ""), "s3cret") {
			t.Errorf("%s: Load: error %v, want one without the secret", name, err)
		}
	}
}

func TestPrintTellsSources(t *testing.T) {
	t.Parallel()
	file := write(t, "lease: 3s\n")
	c := load(t, map[string]string{"config": file, "listen": "127.0.0.1:1"}, "TOKENRY_TOKEN_PREFIX=acme")
	var out strings.Builder
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"TOKENRY_LISTEN 127.0.0.1:1 flag", "TOKENRY_LEASE 3s " + file, "TOKENRY_TOKEN_PREFIX acme environment",
		"TOKENRY_PUBLIC_URL http://127.0.0.1:1 default", "TOKENRY_OIDC_ISSUER - default",
	} {
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), want) {
			t.Errorf("Print wrote\n%s\nwithout %q", out.String(), want)
		}
	}
}
