package repository

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"gorm.io/gorm/schema"
)

func init() { schema.RegisterSerializer("strings", stringsSerializer{}) }

// stringsSerializer keeps a []string in the text form of a PostgreSQL array,
// which is a text[] there and a text in SQLite.
type stringsSerializer struct{}

// Value is the list as a text.
func (stringsSerializer) Value(_ context.Context, _ *schema.Field, _ reflect.Value, value any) (any, error) {
	return arrayText(value.([]string)), nil
}

// Scan reads the list from a text.
func (stringsSerializer) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, value any) error {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("%s: want a text, not %T", field.Name, value)
	}
	list := []string{}
	if text != "{}" {
		if err := types.SQLScanner(&list).Scan(text); err != nil {
			return fmt.Errorf("%s: not a list", field.Name)
		}
	}
	return field.Set(ctx, dst, list)
}

var arrayEscaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// arrayText quotes every element, so that an element can be found in the text.
func arrayText(list []string) string {
	if len(list) == 0 {
		return "{}"
	}
	quoted := make([]string, len(list))
	for i, element := range list {
		quoted[i] = `"` + arrayEscaper.Replace(element) + `"`
	}
	return "{" + strings.Join(quoted, ",") + "}"
}
