package api

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// clientAddress is who the request comes from: the peer, or, as long as that is
// a trusted proxy, who it says it answers for. It is the zero Addr if the peer
// has no address.
func clientAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	address, _ := trace(r, trusted)
	return address
}

// forwardedAddress is who the peer, a trusted proxy, says it answers for. It is
// the zero Addr if the peer is none, or does not say.
func forwardedAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	address, whole := trace(r, trusted)
	if !whole {
		return netip.Addr{}
	}
	return address
}

// trace goes back from the peer, over trusted proxies alone, and reports whether
// it came to somebody for whom they answer.
func trace(r *http.Request, trusted []netip.Prefix) (address netip.Addr, whole bool) {
	address = parseAddress(r.RemoteAddr)
	if len(trusted) == 0 {
		return address, false
	}
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(forwarded) {
		if !isWithin(address, trusted) {
			break
		}
		before := parseAddress(strings.TrimSpace(hop))
		if !before.IsValid() {
			return address, false
		}
		address, whole = before, true
	}
	return address, whole
}

// parseAddress reads an address with or without a port; IPv4 that is mapped
// into IPv6 becomes IPv4.
func parseAddress(text string) netip.Addr {
	if both, err := netip.ParseAddrPort(text); err == nil {
		return both.Addr().Unmap().WithZone("")
	}
	address, _ := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")) // the zero Addr if it is none
	return address.Unmap().WithZone("")
}

func isWithin(address netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(address) })
}

func addressText(address netip.Addr) string {
	if !address.IsValid() {
		return ""
	}
	return address.String()
}
