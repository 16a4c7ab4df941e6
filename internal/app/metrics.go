package app

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/tokenry/tokenry/service"
)

// measure registers the metrics of the services. Their values are read when
// they are asked for.
func (s *services) measure(registry *prometheus.Registry) error {
	pool, err := s.store.Pool()
	if err != nil {
		return err
	}
	registry.MustRegister(
		collectors.NewDBStatsCollector(pool, "tokenry"),
		checks{&s.verifier.Checks},
		webhookAttempts{&s.webhooks.Attempts},
		gauge("tokenry_lease_held", "1 while this node holds its lease and may answer checks, else 0.", func() float64 {
			if s.node.Holds() {
				return 1
			}
			return 0
		}),
		gauge("tokenry_change_applied", "Number of the last change that this node has applied.",
			func() float64 { return float64(s.node.Applied()) }),
		gauge("tokenry_change_streams", "Streams of changes that are open.", func() float64 { return float64(s.node.Watches()) }),
		gauge("tokenry_cache_entries", "Tokens in the cache.", func() float64 { return float64(s.cache.Tokens()) }),
		counter("tokenry_cache_misses_total", "Tokens that were not in the cache when they were needed.",
			func() float64 { return float64(s.cache.Loads()) }),
		gauge("tokenry_audit_unsealed_seconds", "For how long this node has not seen all of the audit log sealed.",
			func() float64 { return s.chain.Behind().Seconds() }),
		gauge("tokenry_leak_reports_oldest_seconds", "For how long the oldest report of leaks has waited to be looked into.",
			func() float64 { return s.leaks.Behind().Seconds() }),
		gauge("tokenry_events_untold_seconds", "For how long this node has not seen events made of all of the audit log.",
			func() float64 { return s.events.Behind().Seconds() }),
		gauge("tokenry_usage_pending", "Counts of usage in memory that are yet to be written.",
			func() float64 { return float64(s.usage.Pending()) }),
		gauge("tokenry_notices_waiting", "Notices to people that have not been sent.",
			func() float64 { count, _ := s.notices.Waiting(); return float64(count) }),
		gauge("tokenry_notices_oldest_seconds", "For how long the oldest notice has waited.",
			func() float64 { _, oldest := s.notices.Waiting(); return oldest.Seconds() }),
		counter("tokenry_mails_sent_total", "Mails that the mail server has taken over.",
			func() float64 { return float64(s.notices.Sent.Load()) }),
		counter("tokenry_mails_failed_total", "Attempts to send a mail that have failed.",
			func() float64 { return float64(s.notices.Refused.Load()) }),
		counter("tokenry_usage_lost_total", "Counts of usage that were given up.", func() float64 { return float64(s.usage.Lost()) }),
	)
	return nil
}

func gauge(name, help string, value func() float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
}

func counter(name, help string, value func() float64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value)
}

// checks collects the counts of checks.
type checks struct{ of *service.Checks }

var checksTotal = prometheus.NewDesc("tokenry_checks_total", "Checks by the code of their answer; no_answer for none.", []string{"code"}, nil)

// Describe is for Prometheus.
func (c checks) Describe(descs chan<- *prometheus.Desc) { descs <- checksTotal }

// Collect is for Prometheus.
func (c checks) Collect(metrics chan<- prometheus.Metric) {
	for code, n := range c.of.All() {
		metrics <- prometheus.MustNewConstMetric(checksTotal, prometheus.CounterValue, float64(n), code)
	}
}

// webhookAttempts collects the counts of attempts to send webhooks.
type webhookAttempts struct{ of *service.Outcomes }

var webhookAttemptsTotal = prometheus.NewDesc("tokenry_webhook_attempts_total",
	"Requests to webhooks by what came of them; delivered for a good one.", []string{"outcome"}, nil)

// Describe is for Prometheus.
func (w webhookAttempts) Describe(descs chan<- *prometheus.Desc) { descs <- webhookAttemptsTotal }

// Collect is for Prometheus.
func (w webhookAttempts) Collect(metrics chan<- prometheus.Metric) {
	for outcome, n := range w.of.All() {
		metrics <- prometheus.MustNewConstMetric(webhookAttemptsTotal, prometheus.CounterValue, float64(n), outcome)
	}
}
