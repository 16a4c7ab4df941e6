package telemetry

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// other stands for every route and method that is not known, so that nobody can
// make up labels.
const other = "other"

var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut,
	http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// Requests measures and traces HTTP requests.
type Requests struct {
	routes   map[string]bool
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
	tracer   trace.Tracer // nil for no traces
}

// NewRequests registers the metrics of requests. Routes are the names that
// Begin will be given. Traces may be nil.
func NewRequests(registry prometheus.Registerer, routes []string, traces *Traces) *Requests {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "tokenry_http_request_duration_seconds",
		Help:    "Time to answer requests.",
		Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"route", "method", "status"})
	inFlight := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "tokenry_http_requests_in_flight",
		Help: "Requests being answered.",
	})
	registry.MustRegister(seconds, inFlight)
	r := &Requests{routes: map[string]bool{}, seconds: seconds, inFlight: inFlight}
	if traces != nil {
		r.tracer = traces.provider.Tracer("github.com/tokenry/tokenry")
	}
	for _, route := range routes {
		r.routes[route] = true
	}
	return r
}

// Request is a request being answered.
type Request struct {
	to            *Requests
	route, method string
	started       time.Time
	span          trace.Span // nil without traces
}

// Begin notes that a request has arrived for a route: the id of its operation,
// or the pattern of its path. The context is the request's, in its trace. It
// takes nothing from the request but its method and the headers of its trace.
func (r *Requests) Begin(req *http.Request, route string) (context.Context, Request) {
	r.inFlight.Inc()
	if !r.routes[route] {
		route = other
	}
	method := req.Method
	if !slices.Contains(methods, method) {
		method = other
	}
	ctx, begun := req.Context(), Request{to: r, route: route, method: method, started: time.Now()}
	if r.tracer != nil {
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(req.Header))
		ctx, begun.span = r.tracer.Start(ctx, route, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
			attribute.String("http.request.method", method), attribute.String("http.route", route)))
	}
	return ctx, begun
}

// End notes that the request was answered with the status. It is called once.
func (q Request) End(status int) {
	q.to.inFlight.Dec()
	q.to.seconds.WithLabelValues(q.route, q.method, class(status)).Observe(time.Since(q.started).Seconds())
	if q.span == nil {
		return
	}
	q.span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status >= http.StatusInternalServerError {
		q.span.SetStatus(codes.Error, "")
	}
	q.span.End()
}

// class is "2xx" for 200.
func class(status int) string {
	if status < 100 || status > 599 {
		return other
	}
	return [...]string{"1xx", "2xx", "3xx", "4xx", "5xx"}[status/100-1]
}
