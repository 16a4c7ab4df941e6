package cli

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/tokenry/tokenry/client"
)

var idPattern = regexp.MustCompile(`^[0-9A-Za-z]{22}$`)

// id is the id of a token, account or member among the arguments.
type id string

// UnmarshalText refuses what is no id.
func (i *id) UnmarshalText(text []byte) error {
	if !idPattern.Match(text) {
		return usage("%q is not an id, which has 22 letters and digits", text)
	}
	*i = id(text)
	return nil
}

// findAccount is the id of the account that is named by its id, its external id
// or its exact name.
func findAccount(ctx context.Context, c *client.Client, named string) (string, error) {
	if idPattern.MatchString(named) {
		return named, nil
	}
	accounts, _, err := pages(0, func(limit int, cursor *string) ([]client.Account, *string, error) {
		list, err := c.ListAccounts(ctx, client.ListAccountsParams{Q: &named, Limit: &limit, Cursor: cursor})
		return list.Items, list.NextCursor, err
	})
	if refused, ok := errors.AsType[*client.Error](err); ok && refused.Status == http.StatusForbidden {
		return "", refuse("Only operators may find an account by %q. Give its id, which has 22 letters and digits.", named)
	}
	if err != nil {
		return "", err
	}
	found := map[string]client.Account{}
	for _, account := range accounts {
		if account.Name == named || account.ExternalID != nil && *account.ExternalID == named {
			found[account.ID] = account
		}
	}
	return only(found, "account", named)
}

// findContact is the id of the contact that is named by its id or e-mail
// address. If none is named it is the only one that the account has.
func findContact(ctx context.Context, c *client.Client, in client.CallOption, named string) (string, error) {
	if idPattern.MatchString(named) {
		return named, nil
	}
	contacts, _, err := pages(0, func(limit int, cursor *string) ([]client.Contact, *string, error) {
		list, err := c.ListContacts(ctx, client.ListContactsParams{Q: given(named), Limit: &limit, Cursor: cursor}, in)
		return list.Items, list.NextCursor, err
	})
	if err != nil {
		return "", err
	}
	found := map[string]client.Contact{}
	for _, contact := range contacts {
		if named == "" || strings.EqualFold(contact.Email, named) {
			found[contact.ID] = contact
		}
	}
	if named == "" && len(found) > 1 {
		return "", usage("The account has %d members who may be primary contact. Choose one with --contact, by id or e-mail address.", len(found))
	}
	return only(found, "contact", named)
}

// only is the id of the one thing found.
func only[T any](found map[string]T, noun, named string) (string, error) {
	if len(found) > 1 {
		return "", usage("%d %ss are named %q. Give the id of one of them.", len(found), noun, named)
	}
	for id := range found {
		return id, nil
	}
	if named == "" {
		return "", refuse("There is no %s.", noun)
	}
	return "", refuse("There is no %s %q.", noun, named)
}

// pages gathers items over pages: up to limit, or all if it is 0. The cursor is
// that of what was left.
func pages[T any](limit int, fetch func(limit int, cursor *string) ([]T, *string, error)) ([]T, *string, error) {
	const most = 200
	items := []T{}
	var cursor *string
	for {
		size := most
		if limit > 0 {
			size = min(most, limit-len(items))
		}
		page, next, err := fetch(size, cursor)
		if err != nil {
			return nil, nil, err
		}
		items = append(items, page...)
		if next == nil || limit > 0 && len(items) >= limit {
			return items, next, nil
		}
		cursor = next
	}
}
