package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The parsers below say what is wrong with a value in words that follow it,
// and never quote it: it may be a secret.

const (
	expectAddress  = "host:port, such as 127.0.0.1:8080"
	expectList     = "a list, separated by commas, of "
	expectPostgres = "a URL such as postgres://tokenry:password@localhost:5432/tokenry"
	expectClaim    = "the name of a claim"
)

func expectDuration(least, example string) string {
	return fmt.Sprintf("a duration of at least %s, such as %s", least, example)
}

func expectNumber(least, most int) string {
	return fmt.Sprintf("a whole number from %d to %d", least, most)
}

// into makes the setter of a setting from the field it fills and the parser of
// its values.
func into[T any](field func(*Config) *T, parse func(string) (T, error)) func(*Config, string) error {
	return func(c *Config, text string) error {
		v, err := parse(text)
		if err == nil {
			*field(c) = v
		}
		return err
	}
}

// list makes a parser of values separated by commas.
func list[T any](parse func(string) (T, error)) func(string) ([]T, error) {
	return func(text string) ([]T, error) {
		var all []T
		for part := range strings.SplitSeq(text, ",") {
			v, err := parse(strings.TrimSpace(part))
			if err != nil {
				return nil, fmt.Errorf("has an entry that %w", err)
			}
			all = append(all, v)
		}
		return all, nil
	}
}

func text(s string) (string, error) { return s, nil }

func oneOf(choices ...string) func(string) (string, error) {
	return func(s string) (string, error) {
		if !slices.Contains(choices, s) {
			return "", errors.New("is not one of the choices")
		}
		return s, nil
	}
}

func boolean(s string) (bool, error) {
	b, err := strconv.ParseBool(s)
	if err != nil {
		return false, errors.New("is neither true nor false")
	}
	return b, nil
}

func number(least, most int) func(string) (int, error) {
	return func(s string) (int, error) {
		n, err := strconv.Atoi(s)
		if err != nil {
			return 0, errors.New("is not a whole number")
		}
		if n < least || n > most {
			return 0, errors.New("is out of range")
		}
		return n, nil
	}
}

func durationFrom(least string) func(string) (time.Duration, error) {
	min, err := time.ParseDuration(least)
	if err != nil {
		panic(err)
	}
	return func(s string) (time.Duration, error) {
		d, err := time.ParseDuration(s)
		if err != nil {
			return 0, errors.New("is not a duration")
		}
		if d < min {
			return 0, errors.New("is too short")
		}
		return d, nil
	}
}

func durationBetween(least, most string) func(string) (time.Duration, error) {
	max, err := time.ParseDuration(most)
	if err != nil {
		panic(err)
	}
	return func(s string) (time.Duration, error) {
		d, err := durationFrom(least)(s)
		if err == nil && d > max {
			return 0, errors.New("is too long")
		}
		return d, err
	}
}

func days(s string) (time.Duration, error) {
	n, err := number(1, 365)(s)
	return time.Duration(n) * 24 * time.Hour, err
}

func retention(s string) (time.Duration, error) {
	n, err := number(0, 36500)(s)
	if err == nil && n > 0 && n < 30 {
		err = errors.New("is too small")
	}
	return time.Duration(n) * 24 * time.Hour, err
}

func level(s string) (slog.Level, error) {
	if _, err := oneOf("debug", "info", "warn", "error")(s); err != nil {
		return 0, err
	}
	var l slog.Level
	return l, l.UnmarshalText([]byte(s))
}

func address(s string) (string, error) {
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return "", errors.New("is not an address with a port")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", errors.New("has no port from 0 to 65535")
	}
	return s, nil
}

func addressOrOff(s string) (string, error) {
	if s == "off" {
		return "", nil
	}
	return address(s)
}

func prefix(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if ip, ipErr := netip.ParseAddr(s); ipErr == nil && ip.Zone() == "" {
		p, err = ip.Unmap().Prefix(ip.Unmap().BitLen())
	}
	if err != nil {
		return netip.Prefix{}, errors.New("is neither a network nor an address")
	}
	if p.Addr().Is4In6() {
		return netip.Prefix{}, errors.New("is an IPv4 network written as IPv6")
	}
	return p.Masked(), nil
}

func httpURL(s string) (string, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("is not an http:// or https:// URL")
	case u.User != nil:
		return "", errors.New("has a user name or password in it")
	case u.RawQuery != "" || u.Fragment != "":
		return "", errors.New("has a query or a fragment")
	}
	return s, nil
}

func publicURL(s string) (string, error) {
	s, err := httpURL(s)
	return strings.TrimRight(s, "/"), err
}

func issuer(s string) (string, error) {
	if _, err := httpURL(s); err != nil {
		return "", err
	}
	u, err := url.Parse(s)
	if err != nil {
		return "", errors.New("is not a URL")
	}
	ip, _ := netip.ParseAddr(u.Hostname())
	if u.Scheme == "http" && u.Hostname() != "localhost" && !ip.IsLoopback() {
		return "", errors.New("is on another machine and not https://")
	}
	return s, nil
}

// resource reads what RFC 8707 calls a resource indicator.
func resource(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || !u.IsAbs() || strings.ContainsAny(s, "# ") {
		return "", errors.New("is not an absolute URI without a fragment")
	}
	return s, nil
}

func origin(s string) (string, error) {
	u, err := url.Parse(s)
	if _, notHTTP := httpURL(s); err != nil || notHTTP != nil || u.Path != "" {
		return "", errors.New("is not an origin (https://, a host, and a port if need be)")
	}
	return strings.ToLower(s), nil
}

func postgresURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return "", errors.New("is not a postgres:// URL")
	}
	if strings.Contains(u.Path, "@") {
		return "", errors.New("has a character in its password that must be percent-encoded")
	}
	if strings.Trim(u.Path, "/") == "" {
		return "", errors.New("names no database")
	}
	return s, nil
}

func smtpURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" {
		return "", errors.New("is not an smtp:// or smtps:// URL")
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("has something after its host and port, or a character in its password that must be percent-encoded")
	}
	if _, ok := u.User.Password(); u.User != nil && (!ok || u.User.Username() == "") {
		return "", errors.New("has a user without a password, or a password without a user")
	}
	return s, nil
}

func mailAddress(s string) (string, error) {
	if _, err := mail.ParseAddress(s); err != nil {
		return "", errors.New("is not an e-mail address")
	}
	return s, nil
}

var tokenPrefixPattern = regexp.MustCompile(`^[a-z][a-z0-9]{1,15}$`)

func tokenPrefix(s string) (string, error) {
	if !tokenPrefixPattern.MatchString(s) {
		return "", errors.New("is not a prefix of secrets")
	}
	return s, nil
}

var algorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}

func algorithm(s string) (string, error) {
	if !slices.Contains(algorithms, s) {
		return "", errors.New("is not a public-key signature algorithm")
	}
	return s, nil
}

var hostPattern = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$`)

// target reads a host name, an address or a network.
func target(s string) (string, error) {
	if p, err := prefix(s); err == nil {
		return p.String(), nil
	}
	if !hostPattern.MatchString(s) || strings.Trim(s, "0123456789.") == "" {
		return "", errors.New("is not a host name, an address or a network")
	}
	return strings.ToLower(s), nil
}
