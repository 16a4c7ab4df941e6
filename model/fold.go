package model

import (
	"strings"
	"unicode"
)

// Fold is the form of a text that search and sorting use: each letter folded to
// the smallest of its cases, so that they agree on both databases.
func Fold(text string) string {
	return strings.Map(func(r rune) rune {
		smallest := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			smallest = min(smallest, next)
		}
		return unicode.ToLower(smallest)
	}, text)
}
