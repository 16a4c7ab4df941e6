package client

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"
)

// newQuery is a call with the parameters of a generated …Params type: those
// with a form tag in the query, all others as headers.
func newQuery(method string, params any, path ...string) *call {
	c := newCall(method, path...)
	v := reflect.ValueOf(params)
	for i := range v.NumField() {
		text, given := parameter(v.Field(i))
		if !given {
			continue
		}
		if name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("form"), ","); name != "" {
			c.query.Set(name, text)
		} else {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			c.header.Set(name, text)
		}
	}
	return c
}

func newGet(params any, path ...string) *call { return newQuery(http.MethodGet, params, path...) }

// parameter is a value as text, and whether there is one.
func parameter(v reflect.Value) (string, bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return "", false
		}
		return parameter(v.Elem())
	case reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i], _ = parameter(v.Index(i))
		}
		return strings.Join(parts, ","), len(parts) > 0
	}
	if at, ok := v.Interface().(time.Time); ok {
		return at.Format(time.RFC3339Nano), true
	}
	return fmt.Sprint(v.Interface()), true
}
