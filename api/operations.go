package api

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

// contract is openapi.yaml. It is a part of the program, so a fault in it is a
// bug.
var contract = sync.OnceValue(func() *openapi3.T {
	spec, err := openapi3.NewLoader().LoadFromData(openAPI)
	if err != nil {
		panic(err)
	}
	return spec
})

// operationsOf is the id of each operation by method and Echo's route, such as
// "GET /tokens/:id".
func operationsOf(spec *openapi3.T) map[string]string {
	operations := map[string]string{}
	for path, item := range spec.Paths.Map() {
		for method, operation := range item.Operations() {
			operations[method+" "+routeOf(path)] = operation.OperationID
		}
	}
	return operations
}

// routeOf is Echo's route for a path of openapi.yaml. {path} is all that follows.
func routeOf(path string) string {
	return strings.NewReplacer("{path}", "*", "{", ":", "}", "").Replace(path)
}

// Operations is the ids of all operations, sorted.
func Operations() []string { return slices.Sorted(maps.Values(operationsOf(contract()))) }

// route is how Echo names what it has matched.
type route struct{ method, path string }

var operationNames = sync.OnceValue(func() map[route]string {
	names := map[route]string{}
	for key, operation := range operationsOf(contract()) {
		method, path, _ := strings.Cut(key, " ")
		names[route{method, path}] = operation
	}
	return names
})

// OperationOf is the id of the operation that the request is for; empty if there
// is none.
func OperationOf(c echo.Context) string { return operationNames()[route{c.Request().Method, c.Path()}] }
