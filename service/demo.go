package service

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// demoAccount is an account of the demo. Its ids are the same everywhere, so
// that the documentation can name them; they are not secret.
type demoAccount struct {
	account model.Account
	members []model.Member
	tokens  []model.Token
}

// demo fills a new database with an account of each type of the sample catalog,
// its members, and a few tokens whose secrets nobody knows.
func (b *Bootstrap) demo(ctx context.Context, tx *repository.Store) error {
	for _, d := range demoAccounts(b.Now()) {
		if err := b.account(ctx, tx, d.account, d.members...); err != nil {
			return err
		}
		for i := range d.tokens {
			tok := &d.tokens[i]
			tok.AccountID, tok.PrimaryContact = d.account.ID, d.members[0].ID
			if _, err := b.token(ctx, tx, system, tok); err != nil {
				return err
			}
		}
	}
	return nil
}

func demoAccounts(now time.Time) []demoAccount {
	return []demoAccount{
		{
			account: model.Account{ID: "02demoPartner000000001", Type: "partner", Name: "Northwind Media", ExternalID: new("northwind")},
			members: []model.Member{
				{ID: "02demoMember0000000001", Name: "Ada Partner", Email: "ada@northwind.example", ExternalID: new("ada")},
				{ID: "02demoMember0000000002", Name: "Lin Wei", Email: "lin@northwind.example", Role: model.RoleSpecialist, Language: "zh-CN"},
				{ID: "02demoMember0000000003", Name: "Vera Viewer", Email: "vera@northwind.example", Role: model.RoleViewer},
			},
			tokens: []model.Token{
				{
					Name: "Nightly report export", Description: "Pulls yesterday's actions into the warehouse", Version: "16",
					Scopes: []string{"actions.list_actions", "actions.view_one_action"}, Developers: []string{"data@northwind.example"},
					Metadata: map[string]string{"team": "data"},
				},
				{
					Name: "Company profile sync", Version: "15", Scopes: []string{"account.view_company_information"},
					ExpiresAt: new(now.AddDate(0, 0, 20)), AllowedCIDRs: []string{"203.0.113.0/24"},
				},
			},
		},
		{
			account: model.Account{ID: "02demoBrand00000000001", Type: "brand", Name: "Contoso Outdoor", ExternalID: new("contoso")},
			members: []model.Member{
				{ID: "02demoMember0000000004", Name: "Bo Brand", Email: "bo@contoso.example", ExternalID: new("bo")},
			},
			tokens: []model.Token{
				{Name: "Order corrections", Version: "14", Scopes: []string{"actions.change_an_action_or_its_items", "actions.list_actions"}},
			},
		},
		{
			account: model.Account{ID: "02demoAgency0000000001", Type: "agency", Name: "Fabrikam Agency", ExternalID: new("fabrikam")},
			members: []model.Member{
				{ID: "02demoMember0000000005", Name: "Ines Agency", Email: "ines@fabrikam.example", ExternalID: new("ines")},
			},
			tokens: []model.Token{
				{Name: "Client overview", Version: "3", Scopes: []string{"company_information.view_company_information"}},
			},
		},
	}
}
