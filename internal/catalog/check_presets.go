package catalog

import "fmt"

const (
	maxNeeds        = 20
	maxPresets      = 100
	maxPresetScopes = 500 // as many as a token may hold
)

// checkSpan checks the versions between which something exists, and gives their
// places. What has a fault counts as absent.
func (k *checker) checkSpan(field, since, until string) span {
	first, knownFirst := k.versions[since]
	last, knownLast := k.versions[until]
	if since != "" && !knownFirst {
		k.add(field+".since", "unknown_version", "There is no version %q.", since)
	}
	if until != "" && !knownLast {
		k.add(field+".until", "unknown_version", "There is no version %q.", until)
	}
	if !knownLast {
		last = max(0, len(k.catalog.Versions)-1)
	}
	if knownFirst && first > last {
		k.add(field+".until", "out_of_order", "The last version %q comes before the first one, %q.", until, since)
		last = first
	}
	return span{first, last}
}

// checkNeeds checks the hints that a scope is useless without others.
func (k *checker) checkNeeds() {
	for i, cat := range k.catalog.Categories {
		for j, s := range cat.Scopes {
			field := fmt.Sprintf("categories.%d.scopes.%d.needs", i, j)
			k.atMost(field, len(s.Needs), maxNeeds)
			k.checkIDs(field, s.Needs, k.scopes[s.ID], "this scope")
			for n, id := range s.Needs {
				if id == s.ID {
					k.add(fmt.Sprintf("%s.%d", field, n), "duplicate", "A scope needs no mention of itself.")
				}
			}
		}
	}
}

// checkIDs checks a list of scopes, each of which must exist in some version of
// the span, which is that of its owner.
func (k *checker) checkIDs(field string, ids []string, within span, owner string) {
	seen := map[string]bool{}
	for i, id := range ids {
		at := fmt.Sprintf("%s.%d", field, i)
		other, known := k.scopes[id]
		switch {
		case !known:
			k.add(at, "unknown_scope", "There is no scope %q.", id)
		case seen[id]:
			k.add(at, "duplicate", "The scope %q is there twice.", id)
		case !within.meets(other):
			k.add(at, "not_in_version", "The scope %q exists in none of the versions of %s.", id, owner)
		}
		seen[id] = true
	}
}

func (k *checker) checkPresets() {
	k.atMost("presets", len(k.catalog.Presets), maxPresets)
	seen := map[string]bool{}
	for i, p := range k.catalog.Presets {
		field := fmt.Sprintf("presets.%d", i)
		k.id(field+".id", p.ID, seen)
		k.label(field+".label", p.Label)
		k.text(field+".description", p.Description, maxText)
		within := k.checkSpan(field, p.Since, p.Until)
		if len(p.Scopes) == 0 {
			k.add(field+".scopes", "required", "A preset needs at least one scope.")
		}
		k.atMost(field+".scopes", len(p.Scopes), maxPresetScopes)
		k.checkIDs(field+".scopes", p.Scopes, within, "this preset")
	}
}
