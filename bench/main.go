// Command bench measures Tokenry beside the least that could do the same work,
// and writes the figures into bench/RESULTS.md.
//
// Servers are processes of their own on loopback. A figure is the median of
// rounds in which the reference and Tokenry take turns, so that both see the
// same machine; what counts is their ratio.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// bench is a run of the program.
type bench struct {
	dir      string // of all that it makes
	binary   string // Tokenry, as `make build` builds it
	rounds   int
	period   time.Duration // how long one measurement takes
	tokens   int           // in the account that is listed
	sizes    []int         // of the databases that growth compares
	profiles string        // folder for CPU profiles; empty for none
	cluster  *cluster      // once something needs it
	report   report
}

var sections = []struct {
	name    string
	measure func(*bench, context.Context) error
}{
	{"footprint", (*bench).footprint},
	{"verify", (*bench).verify},
	{"introspect", (*bench).introspect},
	{"authz", (*bench).authz},
	{"jwt", (*bench).jwt},
	{"uncached", (*bench).uncached},
	{"sdk", (*bench).sdk},
	{"create", (*bench).create},
	{"list", (*bench).list},
	{"revoke", (*bench).revoke},
	{"growth", (*bench).growth},
}

// growthOnly is measured on its own, for it takes long.
const growthOnly = "growth"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 1 && args[0] == "reference" {
		return serveReference(ctx, args[1], args[2:])
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	only := flags.String("only", "", "measure and print one `section`: footprint, verify, introspect, authz, jwt, uncached, sdk, create, list or revoke; "+
		"or growth, which is written")
	quick := flags.Bool("quick", false, "see that everything runs and print; the figures mean little")
	profiles := flags.String("profile", "", "`folder` to write CPU profiles of the server into")
	sizes := flags.String("sizes", "1000,1000000,10000000", "how many `tokens` growth compares, the fewest first")
	if err := flags.Parse(args); err != nil {
		return err
	}
	b := &bench{rounds: 5, period: 1500 * time.Millisecond, tokens: 1_000_000, profiles: *profiles}
	if *quick {
		b.rounds, b.period, b.tokens = 1, 300*time.Millisecond, 20_000
	}
	var err error
	if b.sizes, err = parseSizes(*sizes); err != nil {
		return err
	}
	if err := b.measure(ctx, *only); err != nil {
		return err
	}
	switch {
	case *quick:
		return nil
	case *only == growthOnly:
		return b.report.writeInto(ctx, "bench/RESULTS.md", "make bench-growth")
	case *only == "":
		return b.report.writeInto(ctx, "bench/RESULTS.md", "make bench")
	}
	return nil
}

// measure measures one section, or all but growth.
func (b *bench) measure(ctx context.Context, only string) error {
	defer b.clean()
	if err := b.prepare(ctx); err != nil {
		return err
	}
	for _, section := range sections {
		if section.name != only && (only != "" || section.name == growthOnly) {
			continue
		}
		if err := section.measure(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", section.name, err)
		}
	}
	return nil
}

// prepare builds Tokenry into a folder of this run.
func (b *bench) prepare(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "tokenry-bench-")
	if err != nil {
		return err
	}
	b.dir, b.binary = dir, filepath.Join(dir, "tokenry")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.binary, "github.com/tokenry/tokenry") //nolint:gosec // ours
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build Tokenry: %w\n%s", err, output)
	}
	return nil
}

func (b *bench) clean() {
	if b.cluster != nil {
		b.cluster.stop()
	}
	if err := os.RemoveAll(b.dir); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
}

// folder makes a folder of this run.
func (b *bench) folder(name string) (string, error) {
	return os.MkdirTemp(b.dir, name+"-")
}
