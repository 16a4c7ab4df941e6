package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/model"
)

const samplePath = "/Mediapartners/0AbCdEfGhIjKlMnOpQrStU/Actions/1000.2000/Items/sku-1?page=2"

// grown is the partner catalog of the sample with its routes several times,
// each time under other names beside the first ones.
func grown(times int) *model.Catalog {
	c := catalog.Sample()[0]
	all := c.Routes
	for i := 1; i < times; i++ {
		for _, r := range c.Routes {
			base, rest, _ := strings.Cut(r.Path, "{AccountSID}")
			r.Path = fmt.Sprintf("%s{AccountSID}/Area%d%s", base, i, rest)
			all = append(all[:len(all):len(all)], r)
		}
	}
	c.Routes = all
	return &c
}

// BenchmarkMatch shows that the cost does not depend on the number of templates.
func BenchmarkMatch(b *testing.B) {
	for _, times := range []int{1, 10, 100} {
		c := grown(times)
		compiled := compile(b, c)
		b.Run(fmt.Sprintf("templates=%d", len(c.Routes)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := compiled.Match("GET", samplePath); !ok {
					b.Fatal("no route")
				}
			}
		})
	}
}

func TestMatchAllocates(t *testing.T) {
	tests := map[string]struct {
		path string
		most float64
	}{
		"bound parameter": {samplePath, 1},
		"no route":        {"/Mediapartners/0AbCdEfGhIjKlMnOpQrStU/Nothing", 0},
	}
	compiled := compile(t, grown(1))
	for name, tt := range tests {
		if got := testing.AllocsPerRun(100, func() { compiled.Match("GET", tt.path) }); got > tt.most {
			t.Errorf("%s: %v allocations, want at most %v", name, got, tt.most)
		}
	}
}
