package catalog

import (
	"fmt"
	"strings"
)

// shown is how many things of a sort a plan names on the terminal.
const shown = 5

// String is the plan for a terminal, at most about one screen.
func (p Plan) String() string {
	var b strings.Builder
	switch {
	case p.New:
		fmt.Fprintf(&b, "Account type %s: new\n", p.AccountType)
	case p.Empty():
		return fmt.Sprintf("Account type %s: no changes\n", p.AccountType)
	default:
		fmt.Fprintf(&b, "Account type %s\n", p.AccountType)
	}
	if p.DefaultVersion != nil {
		fmt.Fprintf(&b, "  default version: %v -> %v\n", p.DefaultVersion.Old, p.DefaultVersion.New)
	}
	if len(p.Fields) > 0 {
		fmt.Fprintf(&b, "  changed: %s\n", strings.Join(p.Fields, ", "))
	}
	p.Versions.write(&b, "versions")
	p.Categories.write(&b, "categories")
	p.Scopes.write(&b, "scopes")
	p.Routes.write(&b, "routes")
	p.Bindings.write(&b, "bindings")
	p.Presets.write(&b, "presets")
	writeList(&b, "  retired versions", p.RetiredVersions)
	var lost, wider []string
	for _, l := range p.LostVersions {
		lost = append(lost, l.Scope+" in "+l.Version)
	}
	for _, w := range p.Widened {
		with := ""
		if len(w.With) > 0 {
			with = " with " + strings.Join(w.With, ", ")
		}
		wider = append(wider, fmt.Sprintf("%s%s would open %s %s. %s", w.Scope, with, w.Method, w.Path, w.Reason))
	}
	writeList(&b, "  scopes that vanish from a version", lost)
	writeList(&b, "  scopes that would open more", wider)
	if p.TouchedTokens > 0 {
		fmt.Fprintf(&b, "  live tokens touched: %d\n", p.TouchedTokens)
		var by []string
		for _, scope := range sortedKeys(p.TouchedByScope) {
			by = append(by, fmt.Sprintf("%s: %d", scope, p.TouchedByScope[scope]))
		}
		writeList(&b, "  by scope", by)
	}
	return b.String()
}

// write adds the changes of one sort, if any.
func (c Changes) write(b *strings.Builder, noun string) {
	writeList(b, "  + "+noun, c.Added)
	writeList(b, "  - "+noun, c.Removed)
	var edits []string
	for _, e := range c.Changed {
		edits = append(edits, e.ID+": "+strings.Join(e.Fields, ", "))
	}
	writeList(b, "  ~ "+noun, edits)
}

// writeList adds a list under its title, cut short if it is long.
func writeList(b *strings.Builder, title string, items []string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "%s (%d)\n", title, len(items))
	for i, item := range items {
		if i == shown {
			fmt.Fprintf(b, "      … and %d more\n", len(items)-shown)
			return
		}
		fmt.Fprintf(b, "      %s\n", item)
	}
}
