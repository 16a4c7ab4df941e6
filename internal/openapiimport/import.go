// Package openapiimport turns an API's own OpenAPI document into a catalog.
//
// Tags become categories, security requirements become the alternatives of a
// route, and an operation whose requirements demand no scope gets a scope of its
// own: a route always needs a scope, whatever the document says of its safety.
// Schemas are not looked at, and nothing is fetched, neither from the network
// nor from the disk.
package openapiimport

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tokenry/tokenry/model"
)

// Options are what the document does not know.
type Options struct {
	AccountType string
	Version     string // the one version of the catalog, current and the default
}

// Result is a catalog and what its reader should know of how it came about.
type Result struct {
	Catalog  model.Catalog
	Warnings []string // whole sentences, one for each sort of thing noticed
}

// Error is all that is wrong with a document.
type Error struct {
	Name   string // of the document, as given to Import
	Faults []Fault
}

// Fault is one thing that is wrong with a document.
type Fault struct {
	Line, Column int // both from 1; 0 if not known
	Message      string
}

// Error is a line for each fault, such as "api.yaml:12:5: The path …".
func (e *Error) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = e.Name + f.place() + ": " + f.Message
	}
	return strings.Join(lines, "\n")
}

func (f Fault) place() string {
	switch {
	case f.Line == 0:
		return ""
	case f.Column == 0:
		return fmt.Sprintf(":%d", f.Line)
	}
	return fmt.Sprintf(":%d:%d", f.Line, f.Column)
}

// Import makes a catalog of an OpenAPI 3.0 or 3.1 document in JSON or YAML. The
// name is the document's in errors. What is wrong with the document is an
// *Error; the caller bounds the size of data.
//
// Ids depend on the document alone, so that the same document gives the same
// catalog. Whether the catalog is one that Tokenry accepts is not checked here.
func Import(name string, data []byte, opts Options) (Result, error) {
	root, err := parse(name, data)
	if err != nil {
		return Result{}, err
	}
	r := &reader{onTheWay: map[*yaml.Node]object{}}
	doc := r.document(root)
	if len(r.faults) > 0 {
		return Result{}, &Error{Name: name, Faults: r.faults}
	}
	b := newBuilder(doc, &r.notes)
	return Result{
		Catalog: model.Catalog{
			AccountType:    opts.AccountType,
			DefaultVersion: opts.Version,
			Versions:       []model.Version{{ID: opts.Version, State: model.VersionCurrent}},
			Categories:     b.categories(),
			Routes:         b.routes,
		},
		Warnings: r.notes.sentences(),
	}, nil
}
