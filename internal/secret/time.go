package secret

import (
	"math/bits"
	"strings"
	"time"
)

// TimeOf is when NewID made an id, to the millisecond. It reports false for what
// NewID cannot have made.
func TimeOf(id string) (time.Time, bool) {
	if len(id) != idLength {
		return time.Time{}, false
	}
	var high, low uint64
	for i := range len(id) {
		digit := strings.IndexByte(alphabet, id[i])
		if digit < 0 {
			return time.Time{}, false
		}
		over, product := bits.Mul64(low, 62)
		sum, carry := bits.Add64(product, uint64(digit), 0)
		low, high = sum, high*62+over+carry
	}
	if version, variant := high>>12&0xf, low>>62; version != 7 || variant != 2 {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(high >> 16)), true
}
