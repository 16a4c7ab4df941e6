package webhook

import (
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"code.dny.dev/ssrf"
)

// The faults of a URL.
var (
	ErrNotURL    = errors.New("this must be a URL such as https://example.com/hooks/tokenry")
	ErrUserInfo  = errors.New("this must not have a user name or password in it")
	ErrFragment  = errors.New("this must not have a fragment")
	ErrPlainHTTP = errors.New("this must begin with https://; the operator may allow http:// for some hosts")
	ErrForbidden = errors.New("this leads to an address that webhooks must not be sent to; the operator may allow it")
)

// guard decides where requests may go: to the whole public internet by HTTPS,
// and to what the operator allows.
type guard struct {
	hosts    []string // in any network, by HTTP too
	networks []netip.Prefix
	public   *ssrf.Guardian // with the allowed networks
}

// newGuard makes a guard that also allows these hosts, addresses and networks.
func newGuard(allow []string) *guard {
	g := &guard{}
	var v4, v6 []netip.Prefix
	for _, target := range allow {
		network, ok := parseNetwork(target)
		switch {
		case !ok:
			g.hosts = append(g.hosts, canonical(target))
			continue
		case network.Addr().Is4():
			v4 = append(v4, network)
		default:
			v6 = append(v6, network)
		}
		g.networks = append(g.networks, network)
	}
	g.public = ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))
	return g
}

func parseNetwork(text string) (netip.Prefix, bool) {
	if address, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(address, address.BitLen()), true
	}
	network, err := netip.ParsePrefix(text)
	return network, err == nil
}

// canonical is a host name in the form that hosts are compared in.
func canonical(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// knows reports whether the operator has named the host itself.
func (g *guard) knows(host string) bool { return slices.Contains(g.hosts, canonical(host)) }

// check is what is wrong with a URL, as far as that can be told without a
// question to DNS. What its name stands for is judged when it is dialled.
func (g *guard) check(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || u.Opaque != "":
		return ErrNotURL
	case u.User != nil:
		return ErrUserInfo
	case u.Fragment != "" || strings.HasSuffix(text, "#"):
		return ErrFragment
	case g.knows(u.Hostname()):
		return nil
	}
	address, err := netip.ParseAddr(u.Hostname())
	literal := err == nil
	listed := literal && slices.ContainsFunc(g.networks, func(n netip.Prefix) bool { return n.Contains(address) })
	switch {
	case literal && !listed && g.public.SafeAddr(address) != nil, canonical(u.Hostname()) == "localhost":
		return ErrForbidden
	case u.Scheme == "http" && !listed:
		return ErrPlainHTTP
	}
	return nil
}
