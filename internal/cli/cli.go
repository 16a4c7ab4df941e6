// Package cli holds the commands of the tokenry binary.
//
// Commands that talk to a server take its address and a secret from the
// environment. Secrets come from the environment, from files and from stdin,
// never from arguments, which every user of the machine can see.
package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/tokenry/tokenry/internal/secret"
)

// Env is what surrounds a command.
type Env struct {
	Stdin    io.Reader
	Stdout   io.Writer
	Stderr   io.Writer
	Terminal io.Writer // nil unless people read Stdout
	Environ  []string
}

// Main runs the command that the process was started with, and gives its exit
// code. A first interrupt ends it in good order, a second one at once.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	env := &Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ()}
	if term.IsTerminal(int(os.Stdout.Fd())) {
		env.Terminal = os.Stdout
	}
	return Run(ctx, os.Args[1:], env)
}

// Run runs a command and gives its exit code: 0, 1 if it was refused or failed,
// 2 for wrong usage, 3 if the server gave no answer.
func Run(ctx context.Context, args []string, env *Env) int {
	if slices.ContainsFunc(args, func(arg string) bool { return secret.Redact(arg) != arg }) {
		return env.fail(usage("There is a secret among the arguments, where every user of this machine can see it.\n" +
			"Take it for leaked and rotate it. Commands read secrets from stdin, from files and from the environment."))
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	done := false // kong has answered by itself
	parser := newParser(env, func(int) { done = true })
	if complete(parser); done {
		return exitOK
	}
	parsed, err := parser.Parse(args)
	switch {
	case done:
		return exitOK
	case err != nil:
		return env.failUsage(err)
	}
	out := &keeper{w: env.Stdout}
	around := *env
	around.Stdout = out
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(&around)
	if err == nil && out.err != nil {
		err = refuse("Cannot write the output: %v.", out.err)
	}
	return env.fail(err)
}

// keeper keeps the error of writing, so that an answer that did not get out is
// no success.
type keeper struct {
	w   io.Writer
	err error
}

func (k *keeper) Write(p []byte) (int, error) {
	n, err := k.w.Write(p)
	if err != nil {
		k.err = err
	}
	return n, err
}

func newParser(env *Env, exit func(int)) *kong.Kong {
	return kong.Must(newCommands(),
		kong.Name("tokenry"),
		kong.Description("Issues, keeps and checks API access tokens."),
		kong.Writers(env.Stdout, env.Stderr),
		kong.Exit(exit),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 110}),
		kong.ExplicitGroups(groups),
	)
}

var groups = []kong.Group{
	{Key: "use", Title: "With a server (TOKENRY_URL, TOKENRY_SECRET or TOKENRY_SECRET_FILE):"},
	{Key: "run", Title: "Running a server:"},
	{Key: "local", Title: "On the server's machine:"},
	{Key: "off", Title: "Without a server:"},
	{Key: "settings", Title: "Settings (--listen is also TOKENRY_LISTEN and so on; docs/guide/configuration.md has all):"},
	{Key: "server", Title: "Which server:"},
	{Key: "output", Title: "Output:"},
}

// variable is the value of an environment variable, empty if it is not set.
func (e *Env) variable(name string) string {
	value := ""
	for _, entry := range e.Environ {
		if len(entry) > len(name) && entry[len(name)] == '=' && entry[:len(name)] == name {
			value = entry[len(name)+1:]
		}
	}
	return value
}

func (e *Env) printf(format string, args ...any) {
	fmt.Fprintf(e.Stdout, format, args...)
}
