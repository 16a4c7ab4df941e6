package guide_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var isCode = regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString

// argument is which argument of a function is a code.
var argument = map[string]int{"Errorf": 1, "newProblem": 1, "Add": 1, "add": 1, "fault": 2}

// Every code that a caller may get stands on the page of errors.
func TestErrorsAreOnThePage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("errors.md")
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	for _, dir := range []string{"api", "model", "repository", "service", "internal/catalog", "internal/oidc"} {
		readCodes(t, filepath.Join("..", "..", dir), codes)
	}
	if len(codes) < 60 {
		t.Errorf("the source has only %d codes: are they made in a way that this test does not know?", len(codes))
	}
	for code, where := range codes {
		if !strings.Contains(string(page), "`"+code+"`") {
			t.Errorf("%s: errors.md does not explain the code %q", where, code)
		}
	}
}

// readCodes gathers the codes in the Go files of a folder, and where each is.
func readCodes(t *testing.T, dir string, codes map[string]string) {
	t.Helper()
	files := token.NewFileSet()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, ".gen.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			for _, e := range codesIn(node) {
				literal, ok := e.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					continue
				}
				if text, err := strconv.Unquote(literal.Value); err == nil && isCode(text) {
					codes[text] = files.Position(literal.Pos()).String()
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// codesIn is the expressions of a node that are codes, if they are literals.
func codesIn(node ast.Node) []ast.Expr {
	switch n := node.(type) {
	case *ast.CallExpr:
		name := ""
		switch f := n.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		if i, ok := argument[name]; ok && i < len(n.Args) {
			return n.Args[i : i+1]
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Code" {
			return []ast.Expr{n.Value}
		}
	case *ast.ValueSpec:
		if strings.HasPrefix(n.Names[0].Name, "Code") {
			return n.Values
		}
	case *ast.FuncDecl:
		if n.Name.Name == "codeOf" {
			return returned(n)
		}
	}
	return nil
}

func returned(f *ast.FuncDecl) []ast.Expr {
	var out []ast.Expr
	ast.Inspect(f, func(node ast.Node) bool {
		if r, ok := node.(*ast.ReturnStmt); ok {
			out = append(out, r.Results...)
		}
		return true
	})
	return out
}
