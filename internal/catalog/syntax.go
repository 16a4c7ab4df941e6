package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// parseTree reads the syntax of a file. JSON is read as such: YAML readers
// refuse some of it, such as escaped characters beyond the basic plane.
func parseTree(data []byte) (*yaml.Node, error) {
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	if len(trimmed) == 0 {
		return nil, errors.New("the file is empty")
	}
	if json.Valid(data) {
		t := &jsonTree{data: data, dec: json.NewDecoder(bytes.NewReader(data)), line: 1}
		t.dec.UseNumber()
		return t.node()
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty")
	} else if err != nil {
		return nil, syntaxError(err, data, trimmed)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("the file has more than one YAML document")
	}
	return doc.Content[0], nil
}

// syntaxError says what is wrong in the words of the language that the file
// looks like.
func syntaxError(err error, data, trimmed []byte) error {
	if wrong, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(data, new(any))); ok && trimmed[0] == '{' {
		line := 1 + bytes.Count(data[:wrong.Offset], []byte("\n"))
		return fmt.Errorf("this is not JSON: line %d: %w", line, wrong)
	}
	return fmt.Errorf("this is not YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
}

// jsonTree turns JSON into the tree that YAML would be.
type jsonTree struct {
	data []byte
	dec  *json.Decoder
	read int64 // bytes whose line breaks are counted
	line int
}

func (t *jsonTree) node() (*yaml.Node, error) {
	token, err := t.dec.Token()
	if err != nil {
		return nil, err
	}
	upTo := t.dec.InputOffset()
	t.line += bytes.Count(t.data[t.read:upTo], []byte("\n"))
	t.read = upTo
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: t.line}
	switch v := token.(type) {
	case json.Delim:
		n.Kind = yaml.MappingNode
		if v == '[' {
			n.Kind = yaml.SequenceNode
		}
		return n, t.children(n)
	case json.Number:
		n.Tag, n.Value = "!!float", v.String()
	case string:
		n.Tag, n.Value = "!!str", v
	case bool:
		n.Tag, n.Value = "!!bool", fmt.Sprint(v)
	default:
		n.Tag = "!!null"
	}
	return n, nil
}

// children reads what is in an object or array, keys and values alike.
func (t *jsonTree) children(n *yaml.Node) error {
	for t.dec.More() {
		child, err := t.node()
		if err != nil {
			return err
		}
		n.Content = append(n.Content, child)
	}
	_, err := t.dec.Token()
	return err
}
