package service

import (
	"context"
	"encoding/json"
	"net/mail"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/model"
)

// settings is what bounds a token's settings: the account's catalog and policy,
// and who asks.
type settings struct {
	catalog  *catalog.Compiled
	policy   model.Policy
	operator bool
	admin    bool // or more
	now      time.Time
}

// touched says which settings a call sets, and so which are judged.
type touched map[string]bool

// everything is touched by a call that makes a token.
var everything touched

func (t touched) has(field string) bool { return t == nil || t[field] }

func (s *Tokens) settings(ctx context.Context, actor model.Actor) (*settings, error) {
	account, err := s.Cache.Account(ctx, actor.AccountID)
	if err != nil {
		return nil, err
	}
	compiled, err := s.Cache.Catalog(ctx, account.Type)
	if err != nil {
		return nil, err
	}
	admin := actor.Operator || actor.Role == model.RoleAdmin
	return &settings{compiled, account.Policy, actor.Operator, admin, s.Now()}, nil
}

// check adds the faults of the touched settings, and brings them into the form
// in which they are kept: sorted scopes, networks without host bits.
func (s *settings) check(faults *model.Faults, tok *model.Token, touched touched) {
	if touched.has("name") {
		checkText(faults, "name", tok.Name, 1, maxName)
	}
	if touched.has("description") {
		checkText(faults, "description", tok.Description, 0, maxDescription)
	}
	if touched.has("version") {
		s.checkVersion(faults, tok.Version)
	}
	if touched.has("scopes") || touched.has("version") {
		s.checkScopes(faults, tok)
	}
	if touched.has("contacts.primary") && tok.PrimaryContact == "" {
		faults.Add("contacts.primary", "required", "A token needs a primary contact; GET /contacts lists who can be one.")
	}
	if touched.has("contacts.developers") {
		checkDevelopers(faults, tok)
	}
	if touched.has("expires_at") {
		s.checkExpiry(faults, tok)
	}
	if touched.has("allowed_cidrs") {
		s.checkCIDRs(faults, tok)
	}
	if touched.has("metadata") {
		tok.Metadata = checkValues(faults, "metadata", tok.Metadata)
	}
	if tok.Decoy && touched == nil && !s.admin {
		faults.Add("decoy", "admins_only", "Only admins of the account and operators may make decoys.")
	}
	if touched.has("claims") {
		if (len(tok.Claims) > 0 || touched != nil) && !s.operator { // nor may others take one away
			faults.Add("claims", "operators_only", "Only operators may set claims. Use metadata for facts of your own.")
		}
		tok.Claims = checkValues(faults, "claims", tok.Claims)
	}
}

func checkText(faults *model.Faults, field, text string, least, most int) {
	length := utf8.RuneCountInString(text)
	switch {
	case length < least:
		faults.Add(field, "required", "This must not be empty.")
	case length > most:
		faults.Add(field, "too_long", "This must have at most %d characters; it has %d.", most, length)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, isControl):
		faults.Add(field, "wrong_format", "This must not hold control characters.")
	}
}

func isControl(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

func (s *settings) checkVersion(faults *model.Faults, id string) {
	version, ok := s.catalog.Version(id)
	switch {
	case !ok:
		faults.Add("version", "unknown_version", "There is no such API version; GET /catalog lists them.")
	case version.Refused(s.now):
		faults.Add("version", "version_retired", "This API version is retired.")
	}
}

func (s *settings) checkScopes(faults *model.Faults, tok *model.Token) {
	switch {
	case len(tok.Scopes) == 0:
		faults.Add("scopes", "required", "Select at least one scope; GET /catalog lists them.")
		return
	case len(tok.Scopes) > maxScopes:
		faults.Add("scopes", "too_many", "A token can have at most %d scopes.", maxScopes)
		return
	}
	_, versionKnown := s.catalog.Version(tok.Version)
	seen := map[string]bool{}
	for i, scope := range tok.Scopes {
		field := "scopes." + strconv.Itoa(i)
		_, known := s.catalog.Scope(scope)
		switch {
		case !known:
			faults.Add(field, "unknown_scope", "There is no such scope for this account; GET /catalog lists them.")
		case versionKnown && !s.catalog.ExistsIn(scope, tok.Version):
			faults.Add(field, "not_in_version", "This scope does not exist in API version %s.", tok.Version)
		case seen[scope]:
			faults.Add(field, "duplicate", "This scope is here twice.")
		}
		seen[scope] = true
	}
	tok.Scopes = slices.Sorted(slices.Values(tok.Scopes))
}

func checkDevelopers(faults *model.Faults, tok *model.Token) {
	if len(tok.Developers) > maxDevelopers {
		faults.Add("contacts.developers", "too_many", "A token can have at most %d developer e-mails.", maxDevelopers)
		return
	}
	seen := map[string]bool{}
	addresses := make([]string, len(tok.Developers))
	for i, address := range tok.Developers {
		field := "contacts.developers." + strconv.Itoa(i)
		addresses[i] = strings.TrimSpace(address)
		if !isAddress(addresses[i]) {
			faults.Add(field, "not_an_email", "This is not an e-mail address.")
		}
		if folded := strings.ToLower(addresses[i]); seen[folded] {
			faults.Add(field, "duplicate", "This address is here twice.")
		} else {
			seen[folded] = true
		}
	}
	tok.Developers = addresses
}

// isAddress reports whether text is one bare e-mail address (RFC 5322) with a
// domain. What cannot be seen in it would make another of it in a mail.
func isAddress(text string) bool {
	unseen := func(r rune) bool { return !unicode.IsPrint(r) }
	if len(text) > 254 || strings.ContainsAny(text, "\"<>(),;\\ ") || strings.ContainsFunc(text, unseen) {
		return false
	}
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text || address.Name != "" {
		return false
	}
	local, domain, _ := strings.Cut(text, "@")
	return local != "" && len(local) <= 64 && domain != "" && !strings.HasPrefix(domain, "[") &&
		!strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".") && !strings.Contains(domain, "..")
}

// lastExpiry is the latest time that both databases and JSON can hold.
var lastExpiry = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func (s *settings) checkExpiry(faults *model.Faults, tok *model.Token) {
	longest := time.Duration(s.policy.MaxLifetimeSeconds) * time.Second
	born := tok.CreatedAt
	if born.IsZero() {
		born = s.now
	}
	switch {
	case tok.ExpiresAt == nil && (s.policy.RequireExpiry || longest > 0):
		faults.Add("expires_at", "policy_expiry_required", "The account's policy wants every token to expire.")
		return
	case tok.ExpiresAt == nil:
		return
	}
	at := tok.ExpiresAt.UTC().Truncate(time.Microsecond)
	tok.ExpiresAt = &at
	switch {
	case !at.After(s.now):
		faults.Add("expires_at", "in_past", "This must be in the future. Leave it out for a token that does not expire.")
	case at.After(lastExpiry):
		faults.Add("expires_at", "out_of_range", "This must be before the year 9999. Leave it out for a token that does not expire.")
	case longest > 0 && at.After(born.Add(longest)):
		faults.Add("expires_at", "policy_lifetime", "The account's policy lets a token live until %s at most.",
			born.Add(longest).UTC().Format(time.RFC3339))
	}
}

func (s *settings) checkCIDRs(faults *model.Faults, tok *model.Token) {
	switch {
	case len(tok.AllowedCIDRs) == 0 && s.policy.RequireCIDRs:
		faults.Add("allowed_cidrs", "policy_cidrs_required", "The account's policy wants every token to be bound to networks.")
		return
	case len(tok.AllowedCIDRs) > maxCIDRs:
		faults.Add("allowed_cidrs", "too_many", "A token can have at most %d networks.", maxCIDRs)
		return
	}
	var kept []string
	for i, text := range tok.AllowedCIDRs {
		field := "allowed_cidrs." + strconv.Itoa(i)
		network, ok := parseNetwork(strings.TrimSpace(text))
		if !ok {
			faults.Add(field, "not_a_network", `This must be a network such as "203.0.113.0/24" or "2001:db8::/32".`)
			continue
		}
		if slices.Contains(kept, network.String()) {
			faults.Add(field, "duplicate", "This network is here twice.")
		}
		kept = append(kept, network.String())
	}
	tok.AllowedCIDRs = kept
}

// parseNetwork reads a network, or a single address, without host bits. IPv4
// that is mapped into IPv6 becomes IPv4.
func parseNetwork(text string) (netip.Prefix, bool) {
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		ip = ip.Unmap()
		return netip.PrefixFrom(ip, ip.BitLen()), true
	}
	network, err := netip.ParsePrefix(text)
	if err != nil {
		return network, false
	}
	if network.Addr().Is4In6() && network.Bits() >= 96 {
		network = netip.PrefixFrom(network.Addr().Unmap(), network.Bits()-96)
	}
	return network.Masked(), true
}

// checkValues checks metadata or claims. Nothing becomes an empty map.
func checkValues(faults *model.Faults, field string, values map[string]string) map[string]string {
	if len(values) == 0 {
		return map[string]string{}
	}
	if len(values) > maxValues {
		faults.Add(field, "too_many", "There can be at most %d values.", maxValues)
		return values
	}
	text, err := json.Marshal(values)
	if err != nil || len(text) > maxValuesBytes {
		faults.Add(field, "too_large", "All keys and values together must stay under %d bytes of JSON.", maxValuesBytes)
	}
	for key := range values {
		if key == "" || utf8.RuneCountInString(key) > maxName {
			faults.Add(field, "wrong_format", "A key must have 1 to %d characters.", maxName)
		}
	}
	return values
}
