package client_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/tokenry/tokenry/client"
)

// There is a method for every call of the API, but for its pages and what belongs
// to them, and for what only gateways call.
func TestEveryCallHasAMethod(t *testing.T) {
	t.Parallel()
	named := map[string]string{
		"streamChanges": "Changes", "authorizeRequest": "", "getOpenAPI": "", "getDocs": "", "getRoot": "",
		"openConsole": "", "getConsole": "", "getConsoleConfig": "",
		"openSubscription": "", "unsubscribe": "", "resubscribe": "",
		"reportFromGitHub": "", "beginLogin": "", "finishLogin": "", "signInByLink": "", "openAcknowledgement": "", "acknowledgeByLink": "", "signOut": "",
	}
	spec, err := openapi3.NewLoader().LoadFromFile("../openapi.yaml")
	must(t, err)
	methods := reflect.TypeFor[*client.Client]()
	for path, item := range spec.Paths.Map() {
		for method, operation := range item.Operations() {
			name, ok := named[operation.OperationID]
			if !ok {
				id := strings.TrimPrefix(operation.OperationID, "get")
				name = strings.ToUpper(id[:1]) + id[1:]
			}
			if _, ok := methods.MethodByName(name); !ok && name != "" {
				t.Errorf("%s %s: the client has no method %s", method, path, name)
			}
		}
	}
}
