package openapiimport_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/internal/openapiimport"
)

var update = flag.Bool("update", false, "write the golden files anew")

func options() openapiimport.Options {
	return openapiimport.Options{AccountType: "partner", Version: "1"}
}

func TestImportGood(t *testing.T) {
	t.Parallel()
	for _, file := range documents(t, "good") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			got, err := openapiimport.Import(filepath.Base(file), read(t, file), options())
			if err != nil {
				t.Fatal(err)
			}
			checkFormed(t, got.Catalog)
			text, err := json.MarshalIndent(got, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			compare(t, file+".golden", string(text)+"\n")
		})
	}
}

func TestImportBroken(t *testing.T) {
	t.Parallel()
	for _, file := range documents(t, "broken") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			_, err := openapiimport.Import(filepath.Base(file), read(t, file), options())
			if _, ok := errors.AsType[*openapiimport.Error](err); !ok {
				t.Fatalf("Import = %v, want an *Error", err)
			}
			compare(t, file+".golden", err.Error()+"\n")
		})
	}
}

func TestImportIsRepeatable(t *testing.T) {
	t.Parallel()
	for _, file := range documents(t, "good") {
		first, _ := openapiimport.Import(file, read(t, file), options())
		again, _ := openapiimport.Import(file, read(t, file), options())
		a, _ := json.Marshal(first)
		b, _ := json.Marshal(again)
		if string(a) != string(b) {
			t.Errorf("%s gives another catalog the second time", file)
		}
	}
}

func documents(t *testing.T, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join("testdata", dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, file := range all {
		if !strings.HasSuffix(file, ".golden") {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		t.Fatalf("no documents in %s", dir)
	}
	return files
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func compare(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(read(t, golden)); got != want {
		t.Errorf("differs from %s; got\n%s", golden, got)
	}
}
