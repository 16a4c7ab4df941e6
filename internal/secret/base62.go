package secret

import "encoding/binary"

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

func isBase62(text string) bool {
	for i := range len(text) {
		c := text[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
