package catalog

import (
	"strings"
	"unicode/utf8"
)

// maxPath is the longest path that may name a route; servers take no longer ones.
const maxPath = 16 << 10

// pathOnly is the target of a request without its query and fragment.
func pathOnly(target string) string {
	for i := range len(target) {
		if target[i] == '?' || target[i] == '#' {
			return target[:i]
		}
	}
	return target
}

// split appends the segments of a path, each decoded once. A path names no
// route, and is not ok, if it has a dot segment, an empty one before the end, a
// wrong escape, a control character or bytes that are not UTF-8. It is odd if
// some servers read other segments in it; see loose.
func split(path string, segs []string) (_ []string, odd, ok bool) {
	if path == "" || path[0] != '/' || len(path) > maxPath {
		return nil, false, false
	}
	for start := 1; ; {
		end := start
		for end < len(path) && path[end] != '/' {
			odd = odd || path[end] == ';'
			end++
		}
		seg, valid := decode(path[start:end])
		last := end == len(path)
		if !valid || isDots(seg) || seg == "" && !last {
			return nil, false, false
		}
		odd = odd || len(seg) != end-start && strings.Contains(seg, "/") || strings.Contains(seg, `\`)
		segs = append(segs, seg)
		if last {
			return segs, odd, true
		}
		start = end + 1
	}
}

// loose splits a path as some servers do: what follows a semicolon is cut off
// its segment, and encoded slashes and backslashes are slashes.
func loose(path string) (segs []string, ok bool) {
	for part := range strings.SplitSeq(path[1:], "/") {
		part, _, _ = strings.Cut(part, ";")
		decoded, _ := decode(part)
		segs = append(segs, strings.Split(strings.ReplaceAll(decoded, `\`, "/"), "/")...)
	}
	for i, seg := range segs {
		if isDots(seg) || seg == "" && i < len(segs)-1 {
			return nil, false
		}
	}
	return segs, true
}

// isDots reports whether the segment is one that servers resolve away.
func isDots(seg string) bool { return seg == "." || seg == ".." }

// decode resolves the escapes of a text, once.
func decode(text string) (string, bool) {
	plain := true
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c == 0x7f {
			return "", false
		}
		if c == '%' || c >= utf8.RuneSelf {
			plain = false
		}
	}
	if plain {
		return text, true
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '%' {
			if i+2 >= len(text) {
				return "", false
			}
			high, low := unhex(text[i+1]), unhex(text[i+2])
			if high < 0 || low < 0 {
				return "", false
			}
			c = byte(high<<4 | low)
			i += 2
			if c < ' ' || c == 0x7f {
				return "", false
			}
		}
		out = append(out, c)
	}
	return string(out), utf8.Valid(out)
}

// unhex is the value of a hexadecimal digit, or -1.
func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
