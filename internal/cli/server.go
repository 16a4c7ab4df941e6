package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/tokenry/tokenry/client"
	"github.com/tokenry/tokenry/internal/app"
)

const defaultURL = "http://127.0.0.1:8080"

// clientVariables are read by commands that talk to a server. They are no
// settings of the server.
var clientVariables = []string{"TOKENRY_URL", "TOKENRY_SECRET", "TOKENRY_SECRET_FILE", "TOKENRY_ACCOUNT", "TOKENRY_ALLOW_HTTP"}

// server is which server a command talks to.
type server struct {
	URL string `name:"url" group:"server" placeholder:"URL" help:"Address of the server (TOKENRY_URL, or else http://127.0.0.1:8080)."`
}

// connect makes a client with the secret of the environment. Nothing is sent
// yet.
func (s server) connect(env *Env) (*client.Client, error) {
	presented, err := credential(env)
	if err != nil {
		return nil, err
	}
	url := defaultURL
	for _, given := range []string{env.variable("TOKENRY_URL"), s.URL} {
		if given != "" {
			url = given
		}
	}
	opts := []client.Option{client.UserAgent("tokenry-cli/" + app.Version)}
	switch env.variable("TOKENRY_ALLOW_HTTP") {
	case "true":
		opts = append(opts, client.AllowHTTP())
	case "", "false":
	default:
		return nil, usage("TOKENRY_ALLOW_HTTP is neither true nor false.")
	}
	c, err := client.New(url, presented, opts...)
	switch {
	case errors.Is(err, client.ErrPlainHTTP):
		return nil, usage("The secret would go to %s in clear. Use https://, or set TOKENRY_ALLOW_HTTP=true if you trust the network in between.", url)
	case err != nil:
		return nil, usage("Cannot call %s: %v.", url, err)
	}
	return c, nil
}

// credential is the secret to call with.
func credential(env *Env) (string, error) {
	text, file := env.variable("TOKENRY_SECRET"), env.variable("TOKENRY_SECRET_FILE")
	switch {
	case text != "" && file != "":
		return "", usage("Both TOKENRY_SECRET and TOKENRY_SECRET_FILE are set. Keep one of them.")
	case file != "":
		return readSecretFile(file)
	case text != "":
		return strings.TrimSpace(text), nil
	}
	folder := env.variable("TOKENRY_DATA_DIR")
	if folder == "" {
		folder = "tokenry-data"
	}
	message := "There is no secret to call the server with. Set TOKENRY_SECRET_FILE, or TOKENRY_SECRET."
	if path := filepath.Join(folder, "operator-secret"); exists(path) {
		message += "\nThe operator secret of the server in this folder is in a file:\n  export TOKENRY_SECRET_FILE=" + path
	}
	return "", usage("%s", message)
}

// readSecretFile reads a secret from a file. No error shows what is in it.
func readSecretFile(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", usage("Cannot read the secret: %v.", err)
	}
	text := strings.TrimSpace(string(data))
	if text == "" {
		return "", usage("There is no secret in %s.", path)
	}
	return text, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// inAccount is which account of which server a command is about.
type inAccount struct {
	server
	Account string `short:"a" group:"server" placeholder:"ACCOUNT" help:"Id, external id or name of the account to act in (TOKENRY_ACCOUNT)."`
}

// connect also finds the id of the account, which is empty if none is named.
func (a inAccount) connect(ctx context.Context, env *Env) (*client.Client, client.CallOption, error) {
	c, err := a.server.connect(env)
	if err != nil {
		return nil, nil, err
	}
	id, err := a.account(ctx, env, c)
	return c, client.WithAccount(id), err
}

func (a inAccount) account(ctx context.Context, env *Env, c *client.Client) (string, error) {
	named := a.Account
	if named == "" {
		named = env.variable("TOKENRY_ACCOUNT")
	}
	if named == "" {
		return "", nil
	}
	return findAccount(ctx, c, named)
}
