package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
)

// validator checks the shape of requests against openapi.yaml.
type validator struct {
	// operations by method and Echo's route, such as "GET /tokens/:id".
	operations map[string]*operation
}

// operation is what requests of an operation must look like.
type operation struct {
	parameters openapi3.Parameters
	query      map[string]bool // names of query parameters
	body       *openapi3.RequestBody
	// lenient operations run in spite of faults, for the service to add its own.
	lenient bool
	// others read the body of these; of its shape the contract says nothing.
	unread bool
}

// newValidator is the middleware that refuses requests whose path, query,
// headers or body break the contract, with all their faults at once. It belongs
// after authentication: a stranger is told nothing of his faults.
//
// Requests that create or change a token go on all the same, without what
// cannot be decoded: their faults are in faultsFrom, and must be refused
// together with those that only the service can find. Checks of secrets have
// their own reader, and what is public takes nothing: both are let through.
func newValidator(spec *openapi3.T) (echo.MiddlewareFunc, error) {
	v := validator{operations: map[string]*operation{}}
	for path, item := range spec.Paths.Map() {
		for method, o := range item.Operations() {
			public := o.Security != nil && len(*o.Security) == 0
			if public && o.RequestBody == nil || strings.HasPrefix(o.OperationID, "verifyToken") {
				continue
			}
			op, err := newOperation(item, o)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", o.OperationID, err)
			}
			v.operations[method+" "+strings.NewReplacer("{", ":", "}", "").Replace(path)] = op
		}
	}
	return v.middleware, nil
}

func newOperation(item *openapi3.PathItem, o *openapi3.Operation) (*operation, error) {
	op := &operation{query: map[string]bool{}}
	op.lenient = o.OperationID == "createToken" || o.OperationID == "updateToken"
	op.unread = o.OperationID == "importOpenAPI"
	op.parameters = append(append(op.parameters, item.Parameters...), o.Parameters...)
	for _, ref := range op.parameters {
		op.query[ref.Value.Name] = ref.Value.In == openapi3.ParameterInQuery
		if err := checkable(ref.Value.Schema.Value); err != nil {
			return nil, err
		}
	}
	if o.RequestBody == nil {
		return op, nil
	}
	op.body = o.RequestBody.Value
	for _, media := range op.body.Content {
		if err := checkable(media.Schema.Value); err != nil {
			return nil, err
		}
	}
	return op, nil
}

func (v validator) middleware(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		op := v.operations[c.Request().Method+" "+c.Path()]
		if op == nil {
			return next(c)
		}
		var check checker
		if err := op.checkParameters(c, &check); err != nil {
			return err
		}
		if err := op.checkBody(c, &check); err != nil {
			return err
		}
		if len(check.faults) == 0 {
			return next(c)
		}
		if !op.lenient {
			return model.Invalid(check.faults)
		}
		r := c.Request()
		c.SetRequest(r.WithContext(context.WithValue(r.Context(), faultsKey{}, check.faults)))
		return next(c)
	}
}

type faultsKey struct{}

// faultsFrom is the faults that the validator found in a request that creates
// or changes a token. The handler must pass them to the service.
func faultsFrom(ctx context.Context) model.Faults {
	faults, _ := ctx.Value(faultsKey{}).(model.Faults)
	return faults
}

// checkParameters checks what is in the path, the query and the headers, and
// removes what has faults.
func (op *operation) checkParameters(c echo.Context, check *checker) error {
	r, query := c.Request(), c.QueryParams()
	check.unknown(query, op.query)
	for _, ref := range op.parameters {
		p := ref.Value
		before := len(check.faults)
		switch p.In {
		case openapi3.ParameterInPath:
			if !isID(c.Param(p.Name)) && (p.Name != "version" || !isVersion(c.Param(p.Name))) {
				return model.NotFound()
			}
		case openapi3.ParameterInQuery:
			check.parameter(p, query[p.Name])
			if len(check.faults) > before {
				query.Del(p.Name)
			}
		case openapi3.ParameterInHeader:
			joinList(r.Header, p.Name)
			check.parameter(p, r.Header.Values(p.Name))
			if len(check.faults) > before {
				r.Header.Del(p.Name)
			}
		}
	}
	return nil
}

// unknown checks that a query has none but the known names.
func (c *checker) unknown(query url.Values, known map[string]bool) {
	for name := range query {
		if !known[name] {
			c.add(join("", name), "unknown_field", "There is no such parameter.")
		}
	}
}

// isID reports whether the text may be an id. Nothing has any other, and such
// a text is not let near a database.
var isID = regexp.MustCompile(`^[0-9A-Za-z]{1,64}$`).MatchString

// isVersion reports whether the text may be the id of an API version.
var isVersion = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$`).MatchString

// joinList makes one line of a header that RFC 9110 allows to be spread over several.
func joinList(h http.Header, name string) {
	switch name {
	case "Accept", "Accept-Language", "If-Match", "If-None-Match":
		if values := h.Values(name); len(values) > 1 {
			h.Set(name, strings.Join(values, ", "))
		}
	}
}

// parameter checks the values that a query or header has under a name.
func (c *checker) parameter(p *openapi3.Parameter, values []string) {
	switch {
	case len(values) > 1:
		c.add(p.Name, "duplicate", "This may be given only once.")
	case len(values) == 1:
		c.value(p.Name, p.Schema.Value, decodeParameter(p.Schema.Value, values[0]))
	case p.Required:
		c.add(p.Name, "required", "This is required.")
	}
}

// decodeParameter is the JSON value that a parameter's text stands for. A text
// that stands for none is left as it is, and is of the wrong type.
func decodeParameter(s *openapi3.Schema, text string) any {
	switch {
	case s.Type.Is(openapi3.TypeInteger):
		if n, err := strconv.ParseInt(text, 10, 32); err == nil {
			return float64(n)
		}
	case s.Type.Is(openapi3.TypeBoolean):
		if text == "true" || text == "false" {
			return text == "true"
		}
	case s.Type.Is(openapi3.TypeArray):
		var items []any
		for item := range strings.SplitSeq(text, ",") {
			items = append(items, item)
		}
		return items
	}
	return text
}

// checkBody checks the body and leaves what can be decoded of it to the strict
// server. YAML is left alone: package catalog reads it. So is an OpenAPI
// document, which package openapiimport reads.
func (op *operation) checkBody(c echo.Context, check *checker) error {
	r := c.Request()
	if op.body == nil {
		return nil
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)) // none is not supported either
	media := op.body.Content[kind]
	if media == nil && (op.body.Required || r.ContentLength > 0) {
		return echo.ErrUnsupportedMediaType
	}
	if kind == "application/yaml" || op.unread {
		return nil
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("read body: %w", err)
	}
	if r.ContentLength = int64(len(data)); len(data) == 0 && !op.body.Required {
		return nil
	}
	if media == nil {
		return echo.ErrUnsupportedMediaType
	}
	r.Header.Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	r.Body = io.NopCloser(bytes.NewReader(data))
	return op.checkJSON(r, media.Schema.Value, data, check)
}
