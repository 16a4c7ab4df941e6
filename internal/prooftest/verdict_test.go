package prooftest

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// judge reports a history that cannot have been.
func (c *clients) judge(tok *token) {
	tok.mu.Lock()
	defer tok.mu.Unlock()
	c.count("histories")
	switch judge(tok.history) {
	case porcupine.Ok:
	case porcupine.Unknown:
		c.fail("the history of token %s, of %d operations, could not be judged in %s", tok.id, len(tok.history), patience)
	case porcupine.Illegal:
		text := explain(c.t, tok)
		c.fail("token %s: %s", tok.id, text)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.violations = append(c.violations, text)
	}
}

// explain says what is impossible, and draws a picture of it.
func explain(t *testing.T, tok *token) string {
	worst := offender(tok.history)
	_, info := porcupine.CheckOperationsVerbose(model, until(tok.history, worst.Return), patience)
	picture := filepath.Join(t.ArtifactDir(), tok.id+".html")
	if err := porcupine.VisualizePath(model, info, picture); err != nil {
		picture = err.Error()
	}
	text := fmt.Sprintf("node %d cannot have answered %s; picture: %s", worst.ClientId, describe(worst.Input, worst.Output), picture)
	changes := slices.DeleteFunc(slices.Clone(tok.history), func(o porcupine.Operation) bool {
		_, isCheck := o.Input.(check)
		return isCheck || o.Call > worst.Return
	})
	slices.SortFunc(changes, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	for _, o := range append(changes, worst) {
		until := "-"
		if o.Return != never {
			until = time.Unix(0, o.Return).Format("05.000000")
		}
		text += fmt.Sprintf("\n\t%s to %s  %s", time.Unix(0, o.Call).Format("05.000000"), until, describe(o.Input, o.Output))
	}
	return text
}

// summary is the counts as text.
func (c *clients) summary() string {
	text := ""
	for _, what := range slices.Sorted(maps.Keys(c.counts)) {
		text += fmt.Sprintf("%s: %d, ", what, c.counts[what])
	}
	return text
}
