package mail

import (
	"strings"
	"unicode"
)

// line is a text of others as one line: without control characters, and without
// those that turn the direction of writing round. So no name can add a header,
// forge a fact or hide a part of itself.
func line(text string) string {
	return strings.Join(strings.Fields(strings.Map(plain, text)), " ")
}

// lines is the same, and keeps paragraphs.
func lines(text string) []string {
	var all []string
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(text, "\r", ""), "\n\n") {
		if paragraph = line(paragraph); paragraph != "" {
			all = append(all, paragraph)
		}
	}
	return all
}

func plain(r rune) rune {
	switch {
	case unicode.IsSpace(r), unicode.IsControl(r):
		return ' '
	case r == unicode.ReplacementChar, unicode.Is(unicode.Bidi_Control, r):
		return -1
	}
	return r
}
