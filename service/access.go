package service

import (
	"context"
	"regexp"
	"slices"

	"github.com/tokenry/tokenry/model"
)

// The built-in scopes, which only tokens of the operator account may hold.
const (
	ScopeTokensRead  = "tokenry.tokens.read"
	ScopeTokensWrite = "tokenry.tokens.write"
	ScopeVerify      = "tokenry.verify"
	ScopeAuditRead   = "tokenry.audit.read"
	ScopeAdmin       = "tokenry.admin"
)

// access says who may call an operation. Operators may call all.
type access struct {
	public    bool   // without a credential
	published bool   // likewise, if the changelog is public
	any       bool   // whoever is authenticated
	self      bool   // of those, only who presents a Tokenry secret
	own       bool   // whoever presents a Tokenry secret, for its own token
	role      string // the least role of a member; empty for none
	scope     string // the built-in scope that suffices; empty for none
	account   need   // whether the call acts in an account
}

// need is whether an operation acts in an account.
type need int

const (
	noAccount   need = iota // in none; the header is ignored
	mayAccount              // in all, for operators and services that name none
	mustAccount             // in one
	pathAccount             // in the one that the path names
)

// operations is who may call which operation of openapi.yaml. An operation that
// is not here can be called by nobody.
var operations = map[string]access{
	"getHealth":  {public: true},
	"getReady":   {public: true},
	"getOpenAPI": {public: true},
	"getDocs":    {public: true},
	"getRoot":    {public: true},

	"openConsole":      {public: true},
	"getConsole":       {public: true},
	"getConsoleConfig": {public: true},
	"reportLeaks":      {public: true},
	"reportFromGitHub": {public: true}, // signed
	"beginLogin":       {public: true},
	"finishLogin":      {public: true},
	"signInByLink":     {public: true},
	"signOut":          {public: true},

	"listTokens":       reading,
	"getToken":         reading,
	"getUpgrade":       reading,
	"listTokenLeaks":   reading,
	"listDecoyUses":    reading,
	"listTokenHistory": reading,
	"getTokenUsage":    reading,
	"getCatalog":       {role: "viewer", scope: ScopeTokensRead, account: mayAccount}, // by account type, too
	"listContacts":     reading,
	"getPolicy":        reading,

	"listChangelog":         changelog,
	"getChangelogEntry":     changelog,
	"getChangelogFeed":      changelog,
	"createChangelogEntry":  {},
	"updateChangelogEntry":  {},
	"deleteChangelogEntry":  {},
	"publishChangelogEntry": {},
	"getCampaign":           {role: "viewer", scope: ScopeTokensRead, account: mayAccount},
	"acknowledgeVersion":    {role: "viewer", scope: ScopeTokensWrite, account: mustAccount},
	"openAcknowledgement":   {public: true},
	"acknowledgeByLink":     {public: true},

	"listTokenNotices": reading,
	"listNotices":      {role: "viewer", scope: ScopeTokensRead, account: mayAccount},
	"openSubscription": {public: true},
	"unsubscribe":      {public: true},
	"resubscribe":      {public: true},

	"createToken":    writing,
	"updateToken":    writing,
	"deleteToken":    writing,
	"rotateToken":    writing,
	"disableToken":   writing,
	"enableToken":    writing,
	"revokeToken":    writing,
	"duplicateToken": writing,

	"getWhoami":    {any: true},
	"updateWhoami": {any: true},
	"revokeWhoami": {any: true, self: true},
	"rotateWhoami": {any: true, self: true},

	"verifyToken":      {scope: ScopeVerify},
	"verifyTokens":     {scope: ScopeVerify},
	"authorizeRequest": {scope: ScopeVerify},

	"introspectSecret":       {scope: ScopeVerify},
	"revokeSecret":           {own: true},
	"issueJWT":               {own: true},
	"getAuthorizationServer": {public: true},
	"getKeySet":              {public: true},
	"getStatusList":          {public: true},

	"streamChanges": {scope: ScopeVerify},

	"getAccount":    {role: "admin", account: pathAccount},
	"updateAccount": {role: "admin", account: pathAccount},
	"listMembers":   {role: "admin", account: pathAccount},
	"createMember":  {role: "admin", account: pathAccount},
	"getMember":     {role: "admin", account: pathAccount},
	"updateMember":  {role: "admin", account: pathAccount},

	"listResponsibilities": {role: "admin", account: pathAccount},
	"reassignTokens":       {role: "admin", account: pathAccount},
	"listLeavers":          {role: "admin", account: mayAccount},

	"listWebhooks":          hooking,
	"createWebhook":         hooking,
	"getWebhook":            hooking,
	"updateWebhook":         hooking,
	"deleteWebhook":         hooking,
	"rotateWebhook":         hooking,
	"enableWebhook":         hooking,
	"disableWebhook":        hooking,
	"testWebhook":           hooking,
	"listWebhookDeliveries": hooking,
	"getWebhookDelivery":    hooking,
	"redeliverWebhook":      hooking,

	"listAudit":  {role: "admin", scope: ScopeAuditRead, account: mayAccount},
	"listEvents": {role: "admin", scope: ScopeAuditRead, account: mayAccount},

	"listAccounts":  {},
	"createAccount": {},
	"exportCatalog": {},
	"importOpenAPI": {},
	"listNodes":     {},
	"putCatalog":    {},
}

var (
	reading = access{role: "viewer", scope: ScopeTokensRead, account: mustAccount}
	// changelog is public if the server is told so.
	changelog = access{published: true, role: "viewer", scope: ScopeTokensRead, account: mayAccount}
	writing   = access{role: "specialist", scope: ScopeTokensWrite, account: mustAccount}
	hooking   = access{role: "admin", account: mustAccount}
)

// ranks orders the roles.
var ranks = map[string]int{"viewer": 1, "specialist": 2, "admin": 3}

// Gate decides who may call what, by one table for all operations.
type Gate struct {
	Cache *Cache
	// PublicChangelog lets everybody read the changelog.
	PublicChangelog bool
}

// Request is what a caller wants, as far as the Gate is concerned.
type Request struct {
	Operation string // of openapi.yaml
	Header    string // Tokenry-Account, or empty
	Path      string // the account that the path names, or empty
}

// Knows reports whether the table has the operation.
func (g *Gate) Knows(operation string) bool {
	_, ok := operations[operation]
	return ok
}

// Public reports whether an operation needs no credential.
func (g *Gate) Public(operation string) bool { return operations[operation].public }

// Open reports whether an operation needs no credential, though it makes use of
// one.
func (g *Gate) Open(operation string) bool {
	return g.PublicChangelog && operations[operation].published
}

// Admit decides whether the actor may call an operation, and gives it the
// account it acts in. An account that is not the actor's does not exist for it.
func (g *Gate) Admit(ctx context.Context, actor model.Actor, r Request) (model.Actor, error) {
	rule, ok := operations[r.Operation]
	if !ok {
		return actor, model.Errorf(model.KindForbidden, "forbidden", "Nobody may call this operation.")
	}
	if err := rule.admits(actor); err != nil {
		return actor, err
	}
	foreign := actor.Foreign()
	switch {
	case !foreign && r.Header != "":
		return actor, model.Errorf(model.KindForbidden, "account_header_forbidden",
			"Only operators and services of the operator account may send Tokenry-Account; leave it out.")
	case rule.any || rule.own:
		actor.AccountID = actor.HomeID
	case rule.account == noAccount:
		actor.AccountID = ""
	case rule.account == pathAccount && foreign:
		return g.enter(ctx, actor, r.Path)
	case rule.account == pathAccount && r.Path != actor.HomeID:
		return actor, model.NotFound()
	case !foreign:
		return g.enter(ctx, actor, actor.HomeID)
	case r.Header == "" && rule.account == mayAccount:
		actor.AccountID = ""
	case r.Header == "":
		return actor, accountRequired()
	default:
		return g.enter(ctx, actor, r.Header)
	}
	return actor, nil
}

func accountRequired() error {
	return model.Errorf(model.KindInvalid, "account_required",
		"Say with the header Tokenry-Account which account you act in; GET /accounts lists them.")
}

// admits decides by the actor's rights alone.
func (a access) admits(actor model.Actor) error {
	switch {
	case a.self && actor.Kind != model.ActorToken, a.own && actor.Kind != model.ActorToken && !actor.Operator:
		return errNoSelf()
	case a.any || a.own || actor.Operator:
		return nil
	case actor.Kind == model.ActorToken:
		if a.scope != "" && slices.Contains(actor.Scopes, a.scope) {
			return nil
		}
		need := a.scope
		if need == "" {
			need = ScopeAdmin
		}
		return &model.Error{
			Kind: model.KindForbidden, Code: "insufficient_scope", Need: need,
			Message: "This needs a token of the operator account with the scope " + need + ".",
		}
	case a.role != "" && ranks[string(actor.Role)] >= ranks[a.role]:
		return nil
	}
	need := a.role
	if need == "" {
		need = "operator"
	}
	return insufficientRole(need)
}

func insufficientRole(need string) error {
	return &model.Error{
		Kind: model.KindForbidden, Code: "insufficient_role", Need: need,
		Message: "This needs the role " + need + ".",
	}
}

// isID reports whether the text may be an id. Nothing has any other, and such a
// text is not let near a database.
var isID = regexp.MustCompile(`^[0-9A-Za-z]{1,64}$`).MatchString

// enter lets a caller act in an account. Only operators see the operator
// account.
func (g *Gate) enter(ctx context.Context, actor model.Actor, id string) (model.Actor, error) {
	if !isID(id) {
		return actor, model.NotFound()
	}
	account, err := g.Cache.Account(ctx, id)
	switch {
	case err != nil:
		return actor, err
	case account.IsOperator() && !actor.Operator && account.ID == actor.HomeID && actor.Role != "":
		return actor, insufficientRole("operator")
	case account.IsOperator() && !actor.Operator:
		return actor, model.NotFound()
	}
	actor.AccountID = account.ID
	return actor, nil
}

// May is the operations that the actor may call, sorted.
func (g *Gate) May(actor model.Actor) []string {
	var may []string
	for operation, rule := range operations {
		if rule.public || rule.admits(actor) == nil {
			may = append(may, operation)
		}
	}
	slices.Sort(may)
	return may
}
