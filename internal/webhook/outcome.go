package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"syscall"

	"code.dny.dev/ssrf"
)

// Outcome is what came of an attempt, for programs.
type Outcome string

// The outcomes.
const (
	Delivered   Outcome = "delivered"
	Redirected  Outcome = "redirected"
	Refused     Outcome = "refused"
	Gone        Outcome = "gone" // it wants no more events
	TimedOut    Outcome = "timeout"
	Forbidden   Outcome = "forbidden_address"
	UnknownHost Outcome = "unknown_host"
	TLS         Outcome = "tls"
	Connection  Outcome = "connection"
)

// Outcomes is all outcomes.
var Outcomes = [...]Outcome{Delivered, Redirected, Refused, Gone, TimedOut, Forbidden, UnknownHost, TLS, Connection}

// judge is the outcome of an answer.
func judge(res *http.Response) (Outcome, string) {
	switch status := res.StatusCode; {
	case status >= 200 && status < 300:
		return Delivered, fmt.Sprintf("The endpoint answered %d.", status)
	case status == http.StatusGone:
		return Gone, "The endpoint answered 410: it wants no more events."
	case status >= 300 && status < 400:
		return Redirected, fmt.Sprintf("The endpoint answered %d, and redirects are not followed: enter the address it redirects to.", status)
	default:
		return Refused, fmt.Sprintf("The endpoint answered %d; it must answer 2xx.", status)
	}
}

// explain is the outcome of an attempt without an answer. It never tells an
// address: who owns a webhook must not learn what names stand for in this network.
func explain(err error) (Outcome, string) {
	dns, isDNS := errors.AsType[*net.DNSError](err)
	untrusted, isUntrusted := errors.AsType[*tls.CertificateVerificationError](err)
	_, isRecord := errors.AsType[tls.RecordHeaderError](err)
	_, isAlert := errors.AsType[tls.AlertError](err)
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrInvalidHostPort):
		return Forbidden, "The host's address is not one that webhooks may be sent to."
	case isDNS && !dns.IsTimeout:
		return UnknownHost, "The host has no address: its name is wrong, or DNS does not answer."
	case isUntrusted:
		return TLS, plain(fmt.Sprintf("The endpoint's certificate is not accepted: %.200s.", untrusted.Err))
	case isRecord, isAlert:
		return TLS, "The endpoint does not speak TLS as it should."
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err):
		return TimedOut, fmt.Sprintf("The endpoint did not answer within %d seconds.", int(timeout.Seconds()))
	case errors.Is(err, syscall.ECONNREFUSED):
		return Connection, "Nothing listens at that host and port."
	}
	return Connection, "The connection failed, or ended before there was an answer."
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}
