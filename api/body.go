package api

import (
	"errors"
	"io"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tokenry/tokenry/model"
)

// checkedBody is a body that has been decoded. The strict server takes the
// value, so that a handler sees what was checked and nothing else.
type checkedBody struct {
	io.ReadCloser
	value any
}

// ValidatedValue is what the body says, without what cannot be decoded.
func (b checkedBody) ValidatedValue() any { return b.value }

// checkJSON checks a JSON body. One whose schema names no properties only has
// to be JSON.
func (op *operation) checkJSON(r *http.Request, s *openapi3.Schema, data []byte, check *checker) error {
	if len(s.Properties) == 0 {
		if !jsontext.Value(data).IsValid() {
			return malformed()
		}
		return nil
	}
	object, err := decodeObject(data, check)
	if err != nil {
		return err
	}
	value, _ := check.object("", s, object)
	r.Body = checkedBody{r.Body, value}
	return nil
}

// decodeObject decodes a JSON object. A name that is there twice is a fault.
func decodeObject(data []byte, check *checker) (map[string]any, error) {
	var object map[string]any
	err := json.Unmarshal(data, &object)
	if twice, ok := errors.AsType[*jsontext.SyntacticError](err); ok && errors.Is(twice.Err, jsontext.ErrDuplicateName) {
		check.add(fieldOf(twice.JSONPointer), "duplicate", "This is there twice.")
		object = nil
		err = json.Unmarshal(data, &object, jsontext.AllowDuplicateNames(true))
	}
	if err != nil || object == nil {
		return nil, malformed()
	}
	return object, nil
}

// fieldOf is the dotted path of a JSON pointer.
func fieldOf(p jsontext.Pointer) string {
	field := ""
	for token := range p.Tokens() {
		field = join(field, token)
	}
	return field
}

func malformed() error {
	return model.Errorf(model.KindMalformed, "malformed_body", "The body must be a JSON object.")
}
