package config

import (
	"fmt"
	"io"
	"net/url"
	"regexp"
	"text/tabwriter"
)

// Print writes every setting, what it is and where that comes from. Passwords
// are masked.
func (c Config) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, v := range c.values {
		text := v.text
		if text == "" && v.setting.show != nil {
			text = v.setting.show(c)
		}
		shown := "-"
		if text != "" {
			shown = v.masked(text)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", v.setting.Variable(), shown, v.source)
	}
	return t.Flush()
}

const mask = "xxxxx"

var (
	userInfo          = regexp.MustCompile(`://[^,]*@`)
	passwordParameter = regexp.MustCompile(`(?i)([?&](?:ssl)?password=)[^&]*`)
)

// masked is what may be shown of the value: a URL without its password. A
// secret that cannot be read as a URL is not shown at all.
func (v value) masked(text string) string {
	if !v.setting.Secret {
		return userInfo.ReplaceAllString(text, "://"+mask+"@")
	}
	u, err := url.Parse(text)
	if err != nil {
		return mask
	}
	return passwordParameter.ReplaceAllString(u.Redacted(), "${1}"+mask)
}
