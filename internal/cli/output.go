package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/tw"
)

// output is the choice between a table and JSON.
type output struct {
	JSON bool `name:"json" group:"output" help:"Print JSON, as the API has it."`
}

// json writes one document.
func (e *Env) json(v any) error {
	enc := json.NewEncoder(e.Stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// table writes aligned columns. An empty header is left out.
func (e *Env) table(header []string, rows [][]string) error {
	var out strings.Builder
	t := tablewriter.NewTable(&out,
		tablewriter.WithRendition(tw.Rendition{
			Borders:  tw.BorderNone,
			Settings: tw.Settings{Separators: tw.SeparatorsNone, Lines: tw.LinesNone},
		}),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAlignment(tw.AlignLeft),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAlignment(tw.AlignLeft),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithPadding(tw.Padding{Right: "  "}),
	)
	if len(header) > 0 {
		t.Header(header)
	}
	for _, row := range rows {
		for i := range row {
			row[i] = strings.ReplaceAll(clean(row[i]), "\n", " ")
		}
		if err := t.Append(row); err != nil {
			return fmt.Errorf("print table: %w", err)
		}
	}
	if err := t.Render(); err != nil {
		return fmt.Errorf("print table: %w", err)
	}
	for line := range strings.Lines(out.String()) {
		fmt.Fprintln(e.Stdout, strings.TrimRight(line, " \n"))
	}
	return nil
}

// clean is text without what could steer a terminal: much of what is shown was
// written by partners.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// moment is a time for people, or what stands for none.
func moment(at *time.Time, none string) string {
	if at == nil {
		return none
	}
	return at.UTC().Format(time.RFC3339)
}

// words is a list for people.
func words(list []string) string {
	if len(list) == 0 {
		return "-"
	}
	return strings.Join(list, ", ")
}

func orDash(text *string) string {
	if text == nil || *text == "" {
		return "-"
	}
	return *text
}
