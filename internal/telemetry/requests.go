package telemetry

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
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

var (
	methods = [...]string{
		other, http.MethodPost, http.MethodGet, http.MethodHead, http.MethodPut,
		http.MethodPatch, http.MethodDelete, http.MethodOptions,
	}
	classes = [...]string{other, "1xx", "2xx", "3xx", "4xx", "5xx"}
)

// Requests measures and traces HTTP requests.
type Requests struct {
	routes   map[string]*route
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
	r := &Requests{routes: map[string]*route{}, seconds: seconds, inFlight: inFlight}
	if traces != nil {
		r.tracer = traces.provider.Tracer("github.com/tokenry/tokenry")
	}
	for _, name := range routes {
		r.routes[name] = &route{name: name}
	}
	r.routes[other] = &route{name: other}
	return r
}

// route is the requests of one route, by method and by class of status, as far
// as there have been any. To look them up by their labels takes longer.
type route struct {
	name    string
	seconds [len(methods)][len(classes)]atomic.Pointer[prometheus.Observer]
}

// observe measures a request with the method and the class of those places.
func (r *Requests) observe(to *route, method, class int, took time.Duration) {
	kept := &to.seconds[method][class]
	observer := kept.Load()
	if observer == nil {
		observer = new(r.seconds.WithLabelValues(to.name, methods[method], classes[class]))
		kept.Store(observer)
	}
	(*observer).Observe(took.Seconds())
}

// Request is a request being answered.
type Request struct {
	to      *Requests
	route   *route
	method  int // its place in methods
	started time.Time
	span    trace.Span // nil without traces
}

// Begin notes that a request has arrived for a route: the id of its operation,
// or the pattern of its path. The context is the request's, in its trace. It
// takes nothing from the request but its method and the headers of its trace.
func (r *Requests) Begin(req *http.Request, name string) (context.Context, Request) {
	r.inFlight.Inc()
	to := r.routes[name]
	if to == nil {
		to = r.routes[other]
	}
	method := max(0, slices.Index(methods[:], req.Method))
	ctx, begun := req.Context(), Request{to: r, route: to, method: method, started: time.Now()}
	if r.tracer != nil {
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(req.Header))
		ctx, begun.span = r.tracer.Start(ctx, to.name, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
			attribute.String("http.request.method", methods[method]), attribute.String("http.route", to.name)))
	}
	return ctx, begun
}

// End notes that the request was answered with the status. It is called once.
func (q Request) End(status int) {
	q.to.inFlight.Dec()
	q.to.observe(q.route, q.method, class(status), time.Since(q.started))
	if q.span == nil {
		return
	}
	q.span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status >= http.StatusInternalServerError {
		q.span.SetStatus(codes.Error, "")
	}
	q.span.End()
}

// class is the place of a status in classes, that of "2xx" for 200.
func class(status int) int {
	if status < 100 || status > 599 {
		return 0
	}
	return status / 100
}
