package catalog

import (
	"cmp"
	"strings"
)

// overlap reports whether one path may match both templates. It may say yes
// too often, of segments with several literals.
func overlap(a, b []segment) bool {
	for i := 0; ; i++ {
		if i == len(a) || i == len(b) {
			return len(a) == len(b)
		}
		if a[i].rest || b[i].rest {
			return endsInSlash(a) == endsInSlash(b) && !isEmpty(&a[i]) && !isEmpty(&b[i])
		}
		if !segmentsOverlap(&a[i], &b[i]) {
			return false
		}
	}
}

// covers reports whether all paths that match the inner template match the
// outer one. It may say no too often.
func covers(outer, inner []segment) bool {
	for i := 0; ; i++ {
		if i == len(outer) || i == len(inner) {
			return len(outer) == len(inner)
		}
		switch o, in := &outer[i], &inner[i]; {
		case o.rest:
			return endsInSlash(outer) == endsInSlash(inner) && !isEmpty(in)
		case in.rest:
			return false
		case o.shape() == in.shape():
		case len(o.params) == 0 || isEmpty(in):
			return false
		case o.literalLen() > 0 && (len(in.params) > 0 || !o.matches(in.literals[0])):
			return false
		}
	}
}

// comesFirst reports whether the first template wins over the second for the
// paths that match both.
func comesFirst(a, b []segment) bool {
	for i := range min(len(a), len(b)) {
		if a[i].shape() != b[i].shape() {
			return cmp.Or(cmp.Compare(rank(&a[i]), rank(&b[i])), precedence(&a[i], &b[i])) < 0
		}
	}
	return false
}

// rank is the place of a sort of segment in the order in which they are tried.
func rank(s *segment) int {
	switch {
	case s.rest:
		return 3
	case len(s.params) == 0:
		return 0
	case s.literalLen() > 0:
		return 1
	}
	return 2
}

// segmentsOverlap reports whether one segment of a path may match both.
func segmentsOverlap(a, b *segment) bool {
	switch {
	case len(a.params) == 0 && len(b.params) == 0:
		return a.literals[0] == b.literals[0]
	case len(a.params) == 0:
		return !isEmpty(a) && b.matches(a.literals[0])
	case len(b.params) == 0:
		return !isEmpty(b) && a.matches(b.literals[0])
	}
	aFirst, bFirst := a.literals[0], b.literals[0]
	aLast, bLast := a.literals[len(a.literals)-1], b.literals[len(b.literals)-1]
	return (strings.HasPrefix(aFirst, bFirst) || strings.HasPrefix(bFirst, aFirst)) &&
		(strings.HasSuffix(aLast, bLast) || strings.HasSuffix(bLast, aLast))
}

func isEmpty(s *segment) bool { return len(s.params) == 0 && s.literals[0] == "" }

func endsInSlash(segs []segment) bool { return isEmpty(&segs[len(segs)-1]) }
