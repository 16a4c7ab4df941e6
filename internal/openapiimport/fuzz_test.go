package openapiimport_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/internal/openapiimport"
	"github.com/tokenry/tokenry/model"
)

func FuzzImport(f *testing.F) {
	for _, dir := range []string{"good", "broken"} {
		files, err := filepath.Glob(filepath.Join("testdata", dir, "*"))
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file, ".golden") {
				f.Add(read(f, file))
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"a.json", "a.yaml"} {
			got, err := openapiimport.Import(name, data, options())
			if err == nil {
				checkFormed(t, got.Catalog)
				continue
			}
			broken, ok := errors.AsType[*openapiimport.Error](err)
			if !ok || len(broken.Faults) == 0 {
				t.Fatalf("Import = %v, want an *Error with faults", err)
			}
		}
	})
}

// checkFormed checks that Tokenry would take the catalog, if it is not too large.
func checkFormed(t *testing.T, c model.Catalog) {
	t.Helper()
	for _, f := range catalog.Check(&c) {
		if f.Code != "too_many" {
			t.Errorf("%s: %s", f.Field, f.Message)
		}
	}
}
