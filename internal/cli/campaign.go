package cli

import (
	"context"
	"fmt"

	"github.com/tokenry/tokenry/client"
)

type campaignCommand struct {
	inAccount
	output
	Version string `arg:"" help:"API version that goes away."`
	Type    string `placeholder:"TYPE" help:"Account type whose version it is; operators who name no account need it."`
	Late    bool   `help:"Only tokens of which nobody has acknowledged it."`
	Limit   int    `short:"n" placeholder:"N" help:"Print no more than N tokens."`
}

// Run prints who still uses an API version.
func (c *campaignCommand) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	params := client.GetCampaignParams{AccountType: given(c.Type)}
	if c.Late {
		params.Acknowledged = new(false)
	}
	var campaign client.Campaign
	tokens, next, err := pages(c.Limit, func(limit int, cursor *string) ([]client.CampaignToken, *string, error) {
		params.Limit, params.Cursor = &limit, cursor
		page, err := tokenry.Campaign(ctx, c.Version, params, in)
		campaign = page
		return page.Items, page.NextCursor, err
	})
	if err != nil {
		return err
	}
	campaign.Items, campaign.NextCursor = tokens, next
	if c.JSON {
		return env.json(campaign)
	}
	rows := make([][]string, len(tokens))
	for i, t := range tokens {
		contact := "-"
		if t.Contact != nil {
			contact = t.Contact.Email
		}
		rows[i] = []string{
			t.TokenID, t.Name, t.AccountName, contact, moment(t.LastUsedAt, "never"), toldState(t.Told), orDash(t.AcknowledgedBy),
		}
	}
	if err := env.table([]string{"ID", "NAME", "ACCOUNT", "CONTACT", "LAST USED", "TOLD", "ACKNOWLEDGED BY"}, rows); err != nil {
		return err
	}
	env.printf("\n%s\n", standing(campaign))
	return nil
}

func standing(c client.Campaign) string {
	then := "reported"
	if c.Version.AtSunset == client.AtSunsetRefuse {
		then = "refused"
	}
	return fmt.Sprintf("Version %s of %s is %s; its sunset: %s, from which on its tokens are %s.\n"+
		"Tokens that still have it: %d, of accounts: %d; used in the last 30 days: %d; acknowledged: %d.",
		c.Version.ID, c.AccountType, c.Version.State, moment(c.Version.Sunset, "none"), then,
		c.Totals.Tokens, c.Totals.Accounts, c.Totals.Used, c.Totals.Acknowledged)
}

// toldState is when the last of a token's contacts was told, or what has become
// of that.
func toldState(told []client.CampaignNotice) string {
	state := "no"
	for _, n := range told {
		if n.State == client.CampaignNoticeStateSent {
			return moment(&n.At, "")
		}
		state = string(n.State)
	}
	return state
}
