package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/tokenry/tokenry/internal/mail"
)

type noticesCommand struct {
	Preview noticesPreviewCommand `cmd:"" help:"Write a sample of every mail, in both languages, to a folder."`
}

type noticesPreviewCommand struct {
	Folder string `arg:"" help:"Folder to write to. It is made if it does not exist."`
}

// sampleConsole is where the links of samples lead.
const sampleConsole = "https://tokens.example.com/console"

// Run writes the HTML and the text of each mail.
func (c *noticesPreviewCommand) Run(env *Env) error {
	count := 0
	for _, language := range mail.Languages {
		folder := filepath.Join(c.Folder, language)
		if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // there is nothing secret in samples
			return refuse("Cannot make the folder: %v.", err)
		}
		for _, sample := range mail.Samples(language, sampleConsole) {
			message, err := sample.Letter.Render()
			if err != nil {
				return err
			}
			text := fmt.Sprintf("Subject: %s\nTo: %s\n\n%s", message.Subject, message.To, message.Text)
			for extension, content := range map[string]string{".html": message.HTML, ".txt": text} {
				path := filepath.Join(folder, sample.Name+extension)
				if err := os.WriteFile(path, []byte(content), 0o644); err != nil { //nolint:gosec // likewise
					return refuse("Cannot write %s: %v.", path, err)
				}
			}
			count++
		}
	}
	env.printf("%d mails are in %s; open them in a browser.\n", count, c.Folder)
	return nil
}
