package guide_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/tokenry/tokenry/model"
)

var example = regexp.MustCompile("(?s)#### `([a-z_.]+)`\n\n.*?\n\n```json\n(.*?)\n```")

// Every type of event is on its page, with data as openapi.yaml describes it.
func TestEventsAreOnThePage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("events.md")
	if err != nil {
		t.Fatal(err)
	}
	contract, err := openapi3.NewLoader().LoadFromFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	examples := map[string]string{}
	for _, found := range example.FindAllStringSubmatch(string(page), -1) {
		examples[found[1]] = found[2]
	}
	for _, kind := range model.EventTypes() {
		name := ""
		for word := range strings.FieldsFuncSeq(kind, func(r rune) bool { return r == '.' || r == '_' }) {
			name += strings.ToUpper(word[:1]) + word[1:]
		}
		schema := contract.Components.Schemas[name+"Data"]
		if examples[kind] == "" || schema == nil {
			t.Errorf("events.md has no example of %s, or openapi.yaml no %sData", kind, name)
			continue
		}
		var data map[string]any
		if err := json.Unmarshal([]byte(examples[kind]), &data); err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if err := schema.Value.VisitJSON(data); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		for key := range data {
			if schema.Value.Properties[key] == nil {
				t.Errorf("%s: openapi.yaml does not know %s", kind, key)
			}
		}
	}
}
