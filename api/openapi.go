package api

import _ "embed"

//go:generate cp ../openapi.yaml openapi.yaml
//go:generate go tool oapi-codegen -config oapi-codegen.yaml openapi.yaml

// openAPI is a copy of the contract at the root, from where it cannot be embedded.
//
//go:embed openapi.yaml
var openAPI []byte
