package telemetry

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Traces sends traces to an OpenTelemetry collector.
type Traces struct{ provider *sdktrace.TracerProvider }

// NewTraces sends to the collector at endpoint, such as http://127.0.0.1:4318.
// It does not connect yet: a collector that is away is a matter for the log.
// The standard OTEL_ variables for sampling, batches and headers are heeded.
func NewTraces(ctx context.Context, endpoint, version string, log *slog.Logger) (*Traces, error) {
	target, err := url.JoinPath(endpoint, "v1/traces")
	if err != nil {
		return nil, fmt.Errorf("set up traces: %w", err)
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(target))
	if err != nil {
		return nil, fmt.Errorf("set up traces: %w", err)
	}
	// The library reports failures to send in no other way.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		log.Warn("traces could not be sent", "error", err)
	}))
	from := resource.NewSchemaless(attribute.String("service.name", "tokenry"), attribute.String("service.version", version))
	return &Traces{sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(from))}, nil
}

// Close sends what has not been sent yet.
func (t *Traces) Close(ctx context.Context) error { return t.provider.Shutdown(ctx) }
