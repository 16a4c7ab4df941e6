package api_test

import (
	"fmt"
	"hash/crc32"
	"math/big"
	"strings"
)

// forge is a well-formed secret with the same id as another and a body that
// nobody was given.
func forge(secret string) string {
	const tail = 6
	text := secret[:len(secret)-43-tail] + strings.Repeat("7", 43)
	sum := new(big.Int).SetUint64(uint64(crc32.ChecksumIEEE([]byte(text))))
	return text + base62(sum, tail)
}

func base62(n *big.Int, width int) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	text, base, digit := "", big.NewInt(62), new(big.Int)
	for n.Sign() > 0 {
		n.DivMod(n, base, digit)
		text = string(digits[digit.Int64()]) + text
	}
	return fmt.Sprintf("%s%s", strings.Repeat("0", width-len(text)), text)
}
