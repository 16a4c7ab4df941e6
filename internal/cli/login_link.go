package cli

import "context"

type loginLinkCommand struct {
	settings
	Member  string `placeholder:"MEMBER" help:"Id or e-mail address of the member; unless given, the one who is operator."`
	Account string `placeholder:"ACCOUNT" help:"Id, external id or name of the account that the member belongs to."`
	Quiet   bool   `short:"q" group:"output" help:"Print the link alone."`
}

// Run makes a link to sign in to the console by, and prints it.
func (c *loginLinkCommand) Run(ctx context.Context, env *Env) error {
	local, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer local.Close()
	members, err := local.Sessions.Candidates(ctx, c.Account, c.Member)
	switch {
	case err != nil:
		return err
	case len(members) == 0 && c.Member == "":
		return refuse("No active member is operator. Name one with --member.")
	case len(members) == 0:
		return refuse("There is no active member %q of an active account.", c.Member)
	case len(members) > 1 && c.Member == "":
		return usage("Several members are operators. Name one with --member.")
	case len(members) > 1:
		return usage("Several members are named %q. Name the account with --account, or the member by id.", c.Member)
	}
	code, err := local.Sessions.MakeLink(ctx, local.Actor, members[0])
	if err != nil {
		return err
	}
	link := local.SignInLink(code)
	if c.Quiet {
		env.printf("%s\n", link)
		return nil
	}
	env.printf("This link signs in %s <%s> to the console. It works once, within an hour:\n\n    %s\n\n",
		members[0].Name, members[0].Email, link)
	return nil
}
