package service

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/internal/openapiimport"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// ImportOpenAPI is the input of Catalogs.Import.
type ImportOpenAPI struct {
	Document    []byte // OpenAPI 3.0 or 3.1, in JSON or YAML
	AccountType string
	Version     string // the API version that the document describes
}

// Imported is what an import changed, or would change.
type Imported struct {
	Applied
	Warnings []string // what people should know of how it came about; whole sentences
}

// Import makes a catalog of an API's own OpenAPI document and applies it as
// Apply does. In an account type that exists it goes into what is there, as the
// newest version or in place of the newest.
func (s *Catalogs) Import(ctx context.Context, actor model.Actor, in ImportOpenAPI, options ApplyOptions) (Imported, error) {
	read, err := in.read()
	if err != nil {
		return Imported{}, err
	}
	var out Imported
	out.Applied, err = s.apply(ctx, actor, options, func(rows []repository.Catalog) ([]model.Catalog, error) {
		next, warnings := read.Catalog, []string(nil)
		if at := rowOf(rows, in.AccountType); at >= 0 {
			var err error
			if next, warnings, err = catalog.Merge(rows[at].Document, read.Catalog); err != nil {
				return nil, err
			}
		}
		out.Warnings = slices.Concat(read.Warnings, warnings)
		catalogs := []model.Catalog{next}
		return catalogs, checkCatalogs(catalogs)
	})
	if err != nil {
		return Imported{}, fmt.Errorf("import catalog: %w", err)
	}
	return out, nil
}

// read makes a catalog of the document alone.
func (in ImportOpenAPI) read() (openapiimport.Result, error) {
	read, err := openapiimport.Import("The document", in.Document, openapiimport.Options{AccountType: in.AccountType, Version: in.Version})
	if wrong, ok := errors.AsType[*openapiimport.Error](err); ok {
		return read, &model.Error{
			Kind: model.KindInvalid, Code: "invalid_request", Message: "The OpenAPI document has faults; see fields.", Fields: documentFaults(wrong),
		}
	}
	if err != nil {
		return read, err
	}
	var faults model.Faults
	for _, fault := range catalog.Check(&read.Catalog) {
		switch fault.Field {
		case "account_type":
		case "versions.0.id":
			fault.Field = "version"
		default:
			fault.Field = "document." + fault.Field
		}
		faults = append(faults, fault)
	}
	return read, model.Invalid(faults)
}

// documentFaults are the faults of a document, each with its place.
func documentFaults(wrong *openapiimport.Error) []model.FieldError {
	fields := make([]model.FieldError, len(wrong.Faults))
	for i, fault := range wrong.Faults {
		at := ""
		switch {
		case fault.Line > 0 && fault.Column > 0:
			at = fmt.Sprintf("Line %d, column %d: ", fault.Line, fault.Column)
		case fault.Line > 0:
			at = fmt.Sprintf("Line %d: ", fault.Line)
		}
		fields[i] = model.FieldError{Field: "document", Code: "bad_document", Message: at + fault.Message}
	}
	return fields
}
