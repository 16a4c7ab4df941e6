package api

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// asset is a file of the console.
type asset struct {
	kind string            // its Content-Type
	tags map[string]string // by the encodings that it is kept in; a tag changes with the content
}

// named is the folder of files whose names change with their content.
const named = "assets/"

// encoding is a form in which a file may be kept. Most are kept compressed
// alone.
type encoding struct{ name, suffix string }

var (
	encodings = []encoding{{"br", ".br"}, gzipped} // the best first
	gzipped   = encoding{"gzip", ".gz"}
	identity  = encoding{}
)

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
	err := fs.WalkDir(files, ".", func(kept string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(kept) == ".html" {
			return err
		}
		name, e := encodingOf(kept)
		if assets[name].tags == nil {
			assets[name] = asset{kind: kindOf(name), tags: map[string]string{}}
		}
		assets[name].tags[e.name], err = tagOfFile(files, kept)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the console: %w", err)
	}
	return assets, nil
}

// encodingOf says which file is kept under a name, and how.
func encodingOf(kept string) (string, encoding) {
	for _, e := range encodings {
		if name, ok := strings.CutSuffix(kept, e.suffix); ok {
			return name, e
		}
	}
	return kept, identity
}

func kindOf(name string) string {
	if kind := kinds[path.Ext(name)]; kind != "" {
		return kind
	}
	return cmp.Or(mime.TypeByExtension(path.Ext(name)), "application/octet-stream")
}

// tagOfFile is a text that changes with a file's content. The name of what is under
// assets/ does; of the rest, the content is read.
func tagOfFile(files fs.FS, kept string) (string, error) {
	if name, ok := strings.CutPrefix(kept, named); ok {
		return name, nil
	}
	content, err := fs.ReadFile(files, kept)
	if err != nil {
		return "", err
	}
	return digestOf(content), nil
}

// encodingFor is the best encoding that Accept-Encoding names, of those that there
// are; identity if it names none.
func (a asset) encodingFor(accept string) encoding {
	for _, e := range encodings {
		if a.tags[e.name] == "" {
			continue
		}
		for item := range strings.SplitSeq(accept, ",") {
			name, quality, _ := strings.Cut(item, ";")
			refused := strings.Trim(strings.ReplaceAll(quality, " ", ""), "0.") == "q="
			if strings.EqualFold(strings.TrimSpace(name), e.name) && !refused {
				return e
			}
		}
	}
	return identity
}

// serve answers with a file in the best form that the caller takes.
func (a asset) serve(c echo.Context, files fs.FS, name string) error {
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, "no-cache")
	if strings.HasPrefix(name, named) {
		h.Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	h.Set(echo.HeaderVary, echo.HeaderAcceptEncoding)
	h.Set(echo.HeaderContentType, a.kind)
	e := a.encodingFor(c.Request().Header.Get(echo.HeaderAcceptEncoding))
	if e != identity {
		h.Set(echo.HeaderContentEncoding, e.name)
	}
	h.Set("ETag", `"`+cmp.Or(a.tags[e.name], a.tags[gzipped.name]+"-plain")+`"`)
	if a.tags[e.name] == "" {
		return a.serveUnzipped(c, files, name)
	}
	file, err := files.Open(name + e.suffix)
	if err != nil {
		return err
	}
	defer file.Close()
	http.ServeContent(c.Response(), c.Request(), name, time.Time{}, file.(io.ReadSeeker))
	return nil
}

// serveUnzipped answers with a file that is kept compressed alone to one of the
// few callers who take it only as it is.
func (a asset) serveUnzipped(c echo.Context, files fs.FS, name string) error {
	file, err := files.Open(name + gzipped.suffix)
	if err != nil {
		return err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	content, err := io.ReadAll(unzipped)
	if err != nil {
		return err
	}
	http.ServeContent(c.Response(), c.Request(), name, time.Time{}, bytes.NewReader(content))
	return nil
}
