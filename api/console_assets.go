package api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"path"
	"strings"
)

// asset is a file of the console.
type asset struct {
	kind      string // its Content-Type
	tag       string // changes with its content
	encodings []encoding
}

// encoding is a compressed form of a file, which lies beside it.
type encoding struct{ name, suffix string }

// encodings are those that there may be, the best first.
var encodings = []encoding{{"br", ".br"}, {"gzip", ".gz"}}

// kinds are the types of files that the console has. Those that the machine
// knows may be others.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".json": "application/json",
	".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
}

// readAssets finds the files of the console by their paths. Pages are none.
func readAssets(files fs.FS) (map[string]asset, error) {
	assets := map[string]asset{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) == ".html" || isCompressed(name) {
			return err
		}
		a := asset{kind: kinds[path.Ext(name)]}
		if a.kind == "" {
			a.kind = mime.TypeByExtension(path.Ext(name))
		}
		if a.kind == "" {
			a.kind = "application/octet-stream"
		}
		if a.tag, err = digestOf(files, name); err != nil {
			return err
		}
		for _, e := range encodings {
			if _, err := fs.Stat(files, name+e.suffix); err == nil {
				a.encodings = append(a.encodings, e)
			}
		}
		assets[name] = a
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the console: %w", err)
	}
	return assets, nil
}

func isCompressed(name string) bool {
	return strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz")
}

func digestOf(files fs.FS, name string) (string, error) {
	file, err := files.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)[:16]), nil
}

// encodingFor is the best encoding that Accept-Encoding names; the zero encoding
// if it is none of those that there are.
func (a asset) encodingFor(accept string) encoding {
	for _, e := range a.encodings {
		for item := range strings.SplitSeq(accept, ",") {
			name, quality, _ := strings.Cut(item, ";")
			refused := strings.Trim(strings.ReplaceAll(quality, " ", ""), "0.") == "q="
			if strings.EqualFold(strings.TrimSpace(name), e.name) && !refused {
				return e
			}
		}
	}
	return encoding{}
}
