package openapiimport

import (
	"fmt"
	"strings"
)

// notes gathers warnings, those of one sort under one heading.
type notes struct {
	headings []string
	subjects map[string][]string
}

func (n *notes) add(heading, subject string) {
	if n.subjects == nil {
		n.subjects = map[string][]string{}
	}
	if n.subjects[heading] == nil {
		n.headings = append(n.headings, heading)
	}
	n.subjects[heading] = append(n.subjects[heading], subject)
}

// sentences is a warning for each heading. It names few of the subjects.
func (n *notes) sentences() []string {
	const named = 5
	var all []string
	for _, heading := range n.headings {
		subjects := n.subjects[heading]
		text := strings.Join(subjects[:min(named, len(subjects))], ", ")
		if more := len(subjects) - named; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		all = append(all, fmt.Sprintf("%s: %s.", heading, text))
	}
	return all
}
