package app

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/tokenry/tokenry/internal/config"
	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/internal/mail"
	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/internal/webhook"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
	"github.com/tokenry/tokenry/service"
)

// services is the use cases on one database.
type services struct {
	store        *repository.Store
	lease        *repository.Store // the same, for the lease alone
	keys         *service.Keys
	cache        *service.Cache
	node         *service.Node
	propagation  *service.Propagation
	usage        *service.Usage
	verifier     *service.Verifier
	tokens       *service.Tokens
	accounts     *service.Accounts
	members      *service.Members
	sessions     *service.Sessions
	audits       *service.Audits
	catalogs     *service.Catalogs
	chain        *service.Chain
	events       *service.Events
	changelog    *service.Changelog
	campaigns    *service.Campaigns
	notices      *service.Notices
	webhooks     *service.Webhooks
	leaks        *service.Leaks
	decoys       *service.Decoys
	refusals     *service.Refusals
	housekeeping *service.Housekeeping
	signing      *service.SigningKeys
	bootstrap    *service.Bootstrap
}

// leaseConns is how many connections the lease needs: one to renew it, and one to
// catch up meanwhile.
const leaseConns = 2

func newServices(cfg config.Config, store *repository.Store, root *keys.Root, log *slog.Logger) (*services, error) {
	lease, err := store.Apart(leaseConns)
	if err != nil {
		return nil, err
	}
	s := &services{store: store, lease: lease}
	s.keys = &service.Keys{Store: lease, Root: root, Now: service.Now}
	s.cache = service.NewCache(store, uint64(cfg.CacheBytes))
	s.cache.AtSunset = model.AtSunset(cfg.AtSunset)
	s.node = &service.Node{
		Store: lease, Cache: s.cache, Keys: s.keys, ID: secret.NewID(), Name: nodeName(),
		Version: Version, Lease: cfg.Lease, Log: log,
	}
	s.propagation = &service.Propagation{Store: store, Node: s.node}
	s.usage = &service.Usage{Store: store, Log: log, Now: service.Now}
	s.decoys = &service.Decoys{Store: store, Log: log, Now: service.Now}
	s.verifier = &service.Verifier{
		Cache: s.cache, Keys: s.keys, Node: s.node, Usage: s.usage, Decoys: s.decoys, Now: service.Now,
	}
	s.tokens = &service.Tokens{
		Store: store, Keys: s.keys, Cache: s.cache, Propagation: s.propagation, Prefix: cfg.TokenPrefix, Now: service.Now,
		Idempotency: &service.Idempotency{Keys: s.keys, Now: service.Now},
	}
	s.leaks = &service.Leaks{Store: store, Keys: s.keys, Tokens: s.tokens, Log: log, Now: service.Now}
	s.accounts = &service.Accounts{Store: store, Cache: s.cache, Propagation: s.propagation, Now: service.Now}
	s.members = &service.Members{Store: store, Now: service.Now}
	s.sessions = &service.Sessions{Store: store, Now: service.Now}
	s.audits = &service.Audits{Store: store}
	s.catalogs = &service.Catalogs{Store: store, Cache: s.cache, Propagation: s.propagation, Now: service.Now}
	s.chain = &service.Chain{Store: store, Keys: s.keys, Log: log, Now: service.Now}
	s.events = &service.Events{Store: store, Log: log, Now: service.Now, Leads: cfg.ExpiryLeads}
	s.changelog = &service.Changelog{Store: store, Cache: s.cache, Now: service.Now}
	s.campaigns = &service.Campaigns{
		Store: store, Cache: s.cache, Events: s.events, Keys: s.keys, AtSunset: s.cache.AtSunset, Log: log, Now: service.Now,
	}
	s.notices = newNotices(cfg, s, log)
	s.notices.Acknowledge = s.campaigns.AcknowledgeURL
	sender, err := webhook.NewSender(cfg.WebhookAllow, cfg.WebhookCAFile, Version)
	if err != nil {
		return nil, err
	}
	s.webhooks = &service.Webhooks{
		Store: store, Keys: s.keys, Sender: sender, Idempotency: s.tokens.Idempotency, Now: service.Now,
	}
	s.events.Subscribers = append(s.events.Subscribers, s.notices.Queue, s.webhooks.Queue)
	s.refusals = &service.Refusals{Store: store, Log: log, Now: service.Now}
	s.housekeeping = &service.Housekeeping{
		Store: store, Tokens: s.tokens, Chain: s.chain, KeepAudit: cfg.AuditRetention, Log: log, Now: service.Now,
	}
	s.bootstrap = &service.Bootstrap{
		Store: store, Keys: s.keys, Propagation: s.propagation, Prefix: cfg.TokenPrefix, Now: service.Now,
	}
	s.signing = &service.SigningKeys{
		Store: store, Keys: s.keys, Propagation: &service.Propagation{Store: store}, // it is no node yet
		Algorithm: cfg.JWT.Algorithm, Now: service.Now,
	}
	return s, nil
}

func newNotices(cfg config.Config, s *services, log *slog.Logger) *service.Notices {
	notices := &service.Notices{Store: s.store, Keys: s.keys, Log: log, Now: service.Now}
	if cfg.SMTPURL != "" {
		notices.Mail = &mail.Server{URL: cfg.SMTPURL, From: cfg.MailFrom}
	}
	return notices
}

// close closes all connections to the database.
func (s *services) close() error {
	if s.lease == nil {
		return s.store.Close()
	}
	return errors.Join(s.lease.Close(), s.store.Close())
}

func nodeName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d", host, os.Getpid())
}

// databaseWait is how long a start waits for a database that is not up yet.
const databaseWait = 30 * time.Second
