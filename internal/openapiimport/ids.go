package openapiimport

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

const maxID = 128

var (
	validID    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$`)
	reserved   = regexp.MustCompile(`^((?i)tokenry)\.`)
	invalidRun = regexp.MustCompile(`[^A-Za-z0-9._:-]+`)
)

// ids are those given out.
type ids map[string]bool

// take gives out an id: the wanted one if it is free and short enough, else one
// that ends in a hash of the source. So the id of a thing depends little on what
// stands before it.
func (all ids) take(want, source string) string {
	id := want
	for salt := source; len(id) > maxID || all[id]; salt += "\x00" {
		id = want[:min(len(want), maxID-9)] + "-" + hash(salt)
	}
	all[id] = true
	return id
}

func hash(source string) string {
	sum := sha256.Sum256([]byte(source))
	return hex.EncodeToString(sum[:4])
}

// scopeID makes a scope's name one that a catalog may have. Well-formed names
// stay, but for those that are reserved for Tokenry.
func scopeID(name string) string {
	if validID.MatchString(name) && !reserved.MatchString(name) {
		return name
	}
	id := name
	if _, rest, isURL := strings.Cut(name, "://"); isURL {
		id = rest
	}
	id = strings.Trim(invalidRun.ReplaceAllString(id, "-"), "._:-")
	id = reserved.ReplaceAllString(id, "$1-")
	if id == "" {
		return "scope_" + hash(name)
	}
	return id
}

// slug turns a name such as "listPets" or "Pet store" into list_pets and
// pet_store. A name without anything ASCII gives the word and a hash.
func slug(name, word string) string {
	var b strings.Builder
	gap := false // a separator is due before the next letter
	for i := range len(name) {
		c := name[i]
		upper := 'A' <= c && c <= 'Z'
		if !upper && !isSmall(c) {
			gap = true
			continue
		}
		// A word starts at getPets and at URLById, but not within URL.
		if upper && i > 0 && (isSmall(name[i-1]) || i+1 < len(name) && 'a' <= name[i+1] && name[i+1] <= 'z') {
			gap = true
		}
		if gap && b.Len() > 0 {
			b.WriteByte('_')
		}
		gap = false
		if upper {
			c += 'a' - 'A'
		}
		b.WriteByte(c)
	}
	if b.Len() == 0 {
		return word + "_" + hash(name)
	}
	return b.String()
}

func isSmall(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }
