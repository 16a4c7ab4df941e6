package secret

import (
	"encoding/binary"
	"strings"
)

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// base62 writes number, big-endian, in width digits. It overwrites number. Its
// length must be a multiple of 4, and the number fit the width.
func base62(number []byte, width int) string {
	digits := make([]byte, width)
	putBase62(digits, number)
	return string(digits)
}

func putBase62(digits, number []byte) {
	for i := len(digits) - 1; i >= 0; i-- {
		var rest uint64
		for at := 0; at < len(number); at += 4 {
			part := rest<<32 | uint64(binary.BigEndian.Uint32(number[at:]))
			binary.BigEndian.PutUint32(number[at:], uint32(part/62)) // rest < 62, so it fits
			rest = part % 62
		}
		digits[i] = alphabet[rest]
	}
}

// foreign has 1 for every byte that is no digit.
var foreign = func() (table [256]byte) {
	for c := range table {
		if strings.IndexByte(alphabet, byte(c)) < 0 {
			table[c] = 1
		}
	}
	return table
}()

func isBase62(text string) bool {
	var found byte
	for i := range len(text) {
		found |= foreign[text[i]]
	}
	return found == 0
}
