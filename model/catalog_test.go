package model_test

import (
	"testing"

	"github.com/tokenry/tokenry/model"
)

func TestTextIn(t *testing.T) {
	t.Parallel()
	both := model.Text{"en": "Actions", "zh-CN": "操作"}
	tests := map[string]struct {
		text      model.Text
		languages []string
		want      string
	}{
		"the one asked for":     {both, []string{"zh-CN"}, "操作"},
		"whatever its case":     {both, []string{"ZH-cn"}, "操作"},
		"a variety":             {both, []string{"zh"}, "操作"},
		"the language of":       {both, []string{"en-GB"}, "Actions"},
		"another variety":       {both, []string{"zh-Hans-CN"}, "操作"},
		"the first that fits":   {both, []string{"fr", "zh-CN", "en"}, "操作"},
		"none fits":             {both, []string{"fr"}, "Actions"},
		"the one for others":    {model.Text{"": "All", "en": "English"}, []string{"fr"}, "All"},
		"neither is there":      {model.Text{"fr": "Français", "de": "Deutsch"}, nil, "Deutsch"},
		"no text":               {nil, []string{"en"}, ""},
		"a longer word is none": {model.Text{"": "All", "enx": "Other"}, []string{"en"}, "All"},
	}
	for name, tt := range tests {
		if got := tt.text.In(tt.languages...); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
