// Tokenry issues, keeps and checks API access tokens.
package main

import (
	"os"

	"github.com/tokenry/tokenry/internal/cli"
)

func main() { os.Exit(cli.Main()) }
