package openapiimport

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// parse reads JSON or YAML into one kind of tree, which knows where each value
// stands. Aliases stay aliases, so that few of them cannot become many values.
func parse(name string, data []byte) (*yaml.Node, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &Error{Name: name, Faults: []Fault{{Message: "The document is empty."}}}
	}
	if bytes.TrimLeft(data, " \t\r\n")[0] != '{' {
		return parseYAML(name, data)
	}
	root, err := parseJSON(name, data)
	if err != nil && (strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")) {
		return parseYAML(name, data) // which may begin with a brace, too
	}
	return root, err
}

func parseYAML(name string, data []byte) (*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, &Error{Name: name, Faults: []Fault{{Message: "The document is empty."}}}
	}
	if err == nil {
		err = dec.Decode(&second)
	}
	if err == nil {
		return nil, &Error{Name: name, Faults: []Fault{{second.Line, second.Column, "There is a second document in this file. Keep one document in a file."}}}
	}
	if !errors.Is(err, io.EOF) {
		return nil, &Error{Name: name, Faults: []Fault{yamlFault(err)}}
	}
	return doc.Content[0], nil
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

func yamlFault(err error) Fault {
	text := err.Error()
	found := yamlLine.FindStringSubmatch(text)
	if found == nil {
		return Fault{Message: "This is not YAML: " + text + "."}
	}
	line, _ := strconv.Atoi(found[1]) // 0 if it does not say
	return Fault{Line: line, Message: "This is not YAML: " + text[len(found[0]):] + "."}
}

func parseJSON(name string, data []byte) (*yaml.Node, error) {
	p := jsonParser{
		// A name that stands twice matters only where we look, and is noticed there.
		dec:  jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true)),
		data: data, line: 1, column: 1,
	}
	root, err := p.value()
	if err == nil {
		if _, err = p.dec.ReadToken(); errors.Is(err, io.EOF) {
			return root, nil
		}
		p.moveTo(p.next())
		if err == nil {
			return nil, &Error{Name: name, Faults: []Fault{{p.line, p.column, "Something follows the end of the document."}}}
		}
	}
	message := err.Error()
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		p.moveTo(int(syntactic.ByteOffset))
		message = syntactic.Err.Error()
	}
	return nil, &Error{Name: name, Faults: []Fault{{p.line, p.column, "This is not JSON: " + message + "."}}}
}

type jsonParser struct {
	dec          *jsontext.Decoder
	data         []byte
	at           int // the offset of line and column
	line, column int
}

func (p *jsonParser) value() (*yaml.Node, error) {
	start := p.next()
	tok, err := p.dec.ReadToken()
	if err != nil {
		return nil, err
	}
	p.moveTo(start)
	n := &yaml.Node{Line: p.line, Column: p.column}
	switch tok.Kind() {
	case '{':
		n.Kind, n.Tag = yaml.MappingNode, "!!map"
		return n, p.children(n, '}')
	case '[':
		n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
		return n, p.children(n, ']')
	case '"':
		n.Tag = "!!str"
	case '0':
		n.Tag = "!!float"
	case 't', 'f':
		n.Tag = "!!bool"
	default:
		n.Tag = "!!null"
	}
	n.Kind, n.Value = yaml.ScalarNode, tok.String()
	return n, nil
}

func (p *jsonParser) children(n *yaml.Node, end jsontext.Kind) error {
	for p.dec.PeekKind() != end {
		child, err := p.value()
		if err != nil {
			return err
		}
		n.Content = append(n.Content, child)
	}
	_, err := p.dec.ReadToken()
	return err
}

// next is the offset at which the next token starts.
func (p *jsonParser) next() int {
	from := int(p.dec.InputOffset())
	return len(p.data) - len(bytes.TrimLeft(p.data[from:], " \t\r\n,:"))
}

func (p *jsonParser) moveTo(offset int) {
	for ; p.at < min(offset, len(p.data)); p.at++ {
		switch c := p.data[p.at]; {
		case c == '\n':
			p.line, p.column = p.line+1, 1
		case c&0xC0 != 0x80: // not within a character
			p.column++
		}
	}
}
