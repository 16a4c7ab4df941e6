package cli

import (
	"fmt"

	"github.com/alecthomas/kong"
	"github.com/willabides/kongplete"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// The scripts have the shell run tokenry with COMP_LINE set.
var completions = map[string]string{
	"bash": "complete -C tokenry tokenry\n",
	"zsh":  "autoload -U +X bashcompinit && bashcompinit\ncomplete -C tokenry tokenry\n",
	"fish": `function __complete_tokenry
    set -lx COMP_LINE (commandline -cp)
    test -z (commandline -ct)
    and set COMP_LINE "$COMP_LINE "
    tokenry
end
complete -f -c tokenry -a "(__complete_tokenry)"
`,
}

// Run prints a script for the shell to read at its start.
func (c *completionCommand) Run(env *Env) error {
	_, err := fmt.Fprint(env.Stdout, completions[c.Shell])
	return err
}

// complete answers a shell that completes a command line, and has the parser
// exit. Without such a shell it does nothing.
func complete(parser *kong.Kong) { kongplete.Complete(parser) }
