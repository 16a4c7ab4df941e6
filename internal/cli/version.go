package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/tokenry/tokenry/internal/app"
)

type versionCommand struct{}

// Run prints the version, the commit if it is known, and what it was built for.
func (versionCommand) Run(env *Env) error {
	commit := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = s.Value
			}
		}
	}
	_, err := fmt.Fprintf(env.Stdout, "tokenry %s (commit %s, %s, %s/%s)\n", app.Version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
