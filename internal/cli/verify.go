package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/tokenry/tokenry/client"
)

type verifyCommand struct {
	server
	output
	secretInput
	Scope   []string `placeholder:"SCOPE" help:"Scope that the token must hold. May be given several times."`
	Any     bool     `help:"Be content with any one of the scopes."`
	Method  string   `placeholder:"METHOD" help:"Method of the request the token is used for; goes with --path."`
	Path    string   `placeholder:"PATH" help:"Path of that request."`
	IP      string   `name:"ip" placeholder:"ADDRESS" help:"Address that request comes from."`
	Version string   `placeholder:"VERSION" help:"API version that request asks for."`
}

// Run asks the server about a secret. It is refused, with exit code 1, if the
// secret is not good for what is asked.
func (c *verifyCommand) Run(ctx context.Context, env *Env) error {
	if (c.Method == "") != (c.Path == "") {
		return usage("--method and --path go together.")
	}
	tokenry, err := c.connect(env)
	if err != nil {
		return err
	}
	asked, err := c.read(env)
	if err != nil {
		return err
	}
	body := client.VerifyRequest{
		Secret: asked, Scopes: c.Scope, Method: given(c.Method), Path: given(c.Path), IP: given(c.IP), Version: given(c.Version),
	}
	if c.Any {
		body.Match = new(client.VerifyRequestMatchAny)
	}
	answer, err := tokenry.VerifyToken(ctx, body)
	if err != nil {
		return err
	}
	if err := env.printVerification(c.JSON, answer); err != nil {
		return err
	}
	if !answer.Valid {
		return errSaid
	}
	return nil
}

func (e *Env) printVerification(asJSON bool, v client.Verification) error {
	if asJSON {
		return e.json(v)
	}
	if v.Valid {
		e.printf("valid\n")
	} else {
		e.printf("not valid: %s\n", v.Code)
	}
	var rows [][]string
	if len(v.MissingScopes) > 0 {
		rows = append(rows, []string{"missing scopes", words(v.MissingScopes)})
	}
	if v.TokenID == nil { // the secret is not proven
		return nil
	}
	rows = append(rows, [][]string{
		{"token", *v.TokenID}, {"name", orDash(v.Name)}, {"account", fmt.Sprintf("%s (%s)", orDash(v.AccountID), orDash(v.AccountType))},
		{"version", orDash(v.Version)}, {"scopes", words(v.Scopes)}, {"expires", moment(v.ExpiresAt, "never")},
	}...)
	if v.SecretState != nil {
		rows = append(rows, []string{"secret", string(*v.SecretState)})
	}
	return e.table(nil, append(rows, []string{"metadata", pairs(v.Metadata)}, []string{"claims", pairs(v.Claims)}))
}

// secretInput is where a secret is read from that a command is about.
type secretInput struct {
	SecretFile string `placeholder:"FILE" help:"File that holds the secret; stdin unless given."`
}

// read reads one secret. At a terminal it asks for it and does not show it.
func (s secretInput) read(env *Env) (string, error) {
	if s.SecretFile != "" {
		return readSecretFile(s.SecretFile)
	}
	if file, ok := env.Stdin.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		fmt.Fprint(env.Stderr, "Secret: ")
		text, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(env.Stderr)
		if err != nil {
			return "", fmt.Errorf("read the secret: %w", err)
		}
		return strings.TrimSpace(string(text)), nil
	}
	line, err := bufio.NewReader(io.LimitReader(env.Stdin, 64<<10)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the secret: %w", err)
	}
	text := strings.TrimSpace(line)
	if text == "" {
		return "", usage("There is no secret on stdin. Pipe it in, or name its file with --secret-file.")
	}
	return text, nil
}
