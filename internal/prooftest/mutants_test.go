package prooftest

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var mutants = flag.Duration("mutants", 0, "how long each mutant may live before it must have been found; 0 to only make sure that they can be built from")

// edit replaces a text that a file of the program has once.
type edit struct{ file, old, new string }

// mutant is a program that lacks one thing that the protocol needs.
type mutant struct {
	edits   []edit
	trouble string // the fault that makes it show soon; empty for all, in turn
}

var faulty = map[string]mutant{
	"a check does not look at the lease": {edits: []edit{{
		"service/node.go",
		"return l != nil && time.Until(l.until) > 0 && sinceBoot() < l.untilBoot",
		"return l != nil",
	}}, trouble: "cut off, then back"},
	"a check is dated after it has looked into the cache": {edits: []edit{{
		"service/verifier.go",
		"\tanswer.Token = tok\n",
		"\tanswer.Token = tok\n\tanswer.AsOf = v.Now()\n",
	}}, trouble: "loads come late"},
	"a load that began before a drop is kept": {edits: []edit{{
		"service/cache.go",
		"return load(ctx, tokens, strings.Clone(id), c.loadToken)",
		"tok, err := c.loadToken(context.WithoutCancel(ctx), strings.Clone(id))\n" +
			"\tif err == nil {\n\t\ttokens.Set(tok.ID, tok)\n\t}\n\treturn tok, err",
	}}, trouble: "loads come late"},
	"a drop counts only if something is there": {edits: []edit{{
		"service/cache.go",
		"\t\tc.kept.Load().tokens.Invalidate(id)\n",
		"\t\tif tokens := c.kept.Load().tokens; len(id) > 0 {\n" +
			"\t\t\tif _, ok := tokens.GetIfPresent(id); ok {\n\t\t\t\ttokens.Invalidate(id)\n\t\t\t}\n\t\t}\n",
	}}, trouble: "loads come late"},
	"a change of an unknown kind drops nothing": {edits: []edit{{
		"service/cache.go",
		"\tdefault:\n\t\tc.DropAll()\n",
		"",
	}}, trouble: "slow"},
	"a change of an account drops nothing": {edits: []edit{{
		"service/cache.go",
		"\t\tc.kept.Load().accounts.Invalidate(id)\n",
		"",
	}}, trouble: "slow"},
	"a call does not wait": {edits: []edit{{
		"service/propagation.go",
		"waiting[node.ID] = waitFor(node)",
		"_ = node",
	}}, trouble: "cut off, then back"},
	"a call does not wait for as long as the lease": {edits: []edit{{
		"service/propagation.go",
		"waiting[node.ID] = waitFor(node)",
		"waiting[node.ID] = waitFor(node) / 2",
	}}, trouble: "cut off, then back"},
	"a call waits for the nodes of before its commit": {edits: []edit{{
		"service/propagation.go",
		"waiting[node.ID] = waitFor(node)",
		"if p.Node == nil || p.Node.seen[node.ID] != (sighting{}) {\n\t\t\twaiting[node.ID] = waitFor(node)\n\t\t}",
	}}, trouble: "killed, and cut off soon after it starts again"},
	"a call that finds nothing to change does not wait": {edits: []edit{{
		"service/tokens.go",
		`return tx.Changes.Append(ctx, repository.ChangeNothing, "", s.Now())`,
		`_, err := tx.Changes.Append(ctx, repository.ChangeNothing, "", s.Now())` + "\n\treturn 1, err",
	}}, trouble: "cut off, then back"},
	"a node whose row was removed renews without one": {edits: []edit{{
		"repository/nodes.go",
		"there = done.RowsAffected == 1",
		"there = true",
	}, {
		"service/node.go",
		"if read != committed {",
		`if committed != "" && read != committed {`,
	}}, trouble: "paused, taken for dead, and cut off some time after it goes on"},
	"a node trusts its lease before it has caught up": {edits: []edit{{
		"service/node.go",
		"\tread, err := n.catchUp(ctx)\n",
		"\tlength := n.Lease - n.Lease/marginDivisor\n" +
			"\tn.lease.Store(&lease{until: start.Add(length), untilBoot: boot + length})\n" +
			"\tread, err := n.catchUp(ctx)\n",
	}, {
		"service/node.go",
		"\tlength := n.Lease - n.Lease/marginDivisor\n\tn.lease.Store(&lease{until: start.Add(length), untilBoot: boot + length})\n\treturn",
		"\treturn",
	}}, trouble: "renews, and cannot ask what has changed"},
	"a node counts its lease from when it trusts it": {edits: []edit{{
		"service/node.go",
		"until: start.Add(length), untilBoot: boot + length}",
		"until: start.Add(time.Since(start) + length), untilBoot: boot + time.Since(start) + length}",
	}}, trouble: "renews, hears late what has changed, and asks no more"},
	"a node reports before it drops": {edits: []edit{{
		"service/node.go",
		"\tif !n.following || last > n.applied {\n",
		"\tif !n.following || last > n.applied {\n\t\t_ = n.Store.Nodes.Report(ctx, n.ID, last)\n",
	}}, trouble: "hears late what has changed"},
	"a node drops what it hears of, and not what it has missed": {edits: []edit{{
		"service/node.go",
		"n.Store.Changes.After(ctx, n.applied, catchUpLimit)",
		"n.Store.Changes.After(ctx, last-1, catchUpLimit)",
	}, {
		"service/node.go",
		"return n > 0 && changes[0].Number == applied+1 && changes[n-1].Number == applied+int64(n) && changes[n-1].Number >= last",
		"return n > 0",
	}}, trouble: "hears late what has changed"},
}

func TestMutantsAreFound(t *testing.T) {
	for name, m := range faulty {
		t.Run(name, func(t *testing.T) {
			replace := edited(t, m.edits)
			trouble := slices.DeleteFunc(slices.Clone(faults), func(f fault) bool { return m.trouble != "" && f.name != m.trouble })
			if len(trouble) == 0 {
				t.Fatalf("there is no fault %q", m.trouble)
			}
			if *mutants == 0 {
				return
			}
			binary := build(t, replace)
			start := time.Now()
			found := prove(t, binary, trouble, seeded(), *mutants)
			if len(found.violations) == 0 {
				t.Fatalf("not found in %s; but %q", *mutants, found.failures)
			}
			t.Logf("found after %s: %s", time.Since(start).Round(time.Second), found.violations[0])
		})
	}
}

// edited makes the edits in copies of the files, and says which copy goes in
// place of which file.
func edited(t *testing.T, edits []edit) map[string]string {
	t.Helper()
	replace := map[string]string{}
	for i, e := range edits {
		original, err := filepath.Abs(filepath.Join("../..", e.file))
		if err != nil {
			t.Fatal(err)
		}
		from := original
		if copied, ok := replace[original]; ok {
			from = copied
		}
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if count := strings.Count(string(text), e.old); count != 1 {
			t.Fatalf("%s has this %d times, and must have it once:\n%s", e.file, count, e.old)
		}
		replace[original] = filepath.Join(t.TempDir(), strings.Repeat("_", i)+filepath.Base(e.file))
		if err := os.WriteFile(replace[original], []byte(strings.Replace(string(text), e.old, e.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return replace
}

// overlayFile is what `go build -overlay` reads.
func overlayFile(t *testing.T, replace map[string]string) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
