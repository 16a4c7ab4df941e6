package catalog

import (
	_ "embed" // for the data
	"sync"

	"github.com/tokenry/tokenry/model"
)

var (
	//go:embed data/sample.yaml
	sampleFile []byte
	//go:embed data/starter.yaml
	starterFile []byte

	sample  = sync.OnceValue(func() []model.Catalog { return mustParse("sample.yaml", sampleFile) })
	starter = sync.OnceValue(func() []model.Catalog { return mustParse("starter.yaml", starterFile) })
)

// Sample is the realistic catalog of a partnership platform. It is shared and
// must not be changed.
func Sample() []model.Catalog { return sample() }

// Starter is the catalog of a first start. It is shared and must not be changed.
func Starter() []model.Catalog { return starter() }

// Operator is the built-in catalog of the operator account. Check would refuse
// it: its names are Tokenry's own.
func Operator() *model.Catalog {
	scope := func(id, label, description string, access model.Access, sensitive bool) model.Scope {
		return model.Scope{
			ID: id, Label: model.Text{"": label}, Description: model.Text{"": description},
			Access: access, Sensitive: sensitive,
		}
	}
	return &model.Catalog{
		AccountType:    model.OperatorType,
		Label:          model.Text{"": "Operator"},
		DefaultVersion: "1",
		Versions:       []model.Version{{ID: "1", State: model.VersionCurrent}},
		Categories: []model.Category{{
			ID: "tokenry", Label: model.Text{"": "Tokenry"},
			Scopes: []model.Scope{
				scope("tokenry.tokens.read", "Read tokens", "Read the tokens, catalog and contacts of every account.", model.AccessRead, false),
				scope("tokenry.tokens.write", "Change tokens", "Create, change, rotate and revoke the tokens of every account.", model.AccessWrite, true),
				scope("tokenry.verify", "Check tokens", "Ask whether a secret is good and what it may do.", model.AccessRead, false),
				scope("tokenry.audit.read", "Read the audit log", "Read the audit log of every account.", model.AccessRead, true),
				scope("tokenry.admin", "Administer", "Do everything that an operator may do.", model.AccessWrite, true),
			},
		}},
	}
}

// mustParse reads a file that is part of the program.
func mustParse(name string, data []byte) []model.Catalog {
	catalogs, err := Parse(name, data)
	if err != nil {
		panic(err)
	}
	return catalogs
}
