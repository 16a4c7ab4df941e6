// Package web holds the console: its source, and its pages once they are built.
package web

import (
	"embed"
	"io/fs"
)

// The pattern also matches the file nodist, so that there is something to embed
// before the console has been built.
//
//go:embed all:*dist
var built embed.FS

// Pages is the built console; nil if it has not been built.
func Pages() fs.FS {
	if _, err := fs.Stat(built, "dist/index.html"); err != nil {
		return nil
	}
	pages, err := fs.Sub(built, "dist")
	if err != nil {
		panic(err) // the name is a good one
	}
	return pages
}
