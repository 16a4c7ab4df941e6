package cli

// commands are all there are; kong reads their flags off the types.
type commands struct {
	Tokens    tokensCommand    `cmd:"" group:"use" help:"Create tokens and keep them in order."`
	Verify    verifyCommand    `cmd:"" group:"use" help:"Check a secret, read from stdin."`
	Accounts  accountsCommand  `cmd:"" group:"use" help:"List, create and change accounts."`
	Members   membersCommand   `cmd:"" group:"use" help:"List, create and change the members of an account."`
	Catalog   catalogCommand   `cmd:"" group:"use" help:"Plan, apply and show which API versions and scopes exist."`
	Webhooks  webhooksCommand  `cmd:"" group:"use" help:"Have events sent to a server, and see what became of them."`
	Changelog changelogCommand `cmd:"" group:"use" help:"Write and list what changes in the API."`
	Campaign  campaignCommand  `cmd:"" group:"use" help:"Show who still uses an API version that goes away."`
	Nodes     nodesCommand     `cmd:"" group:"use" help:"List the servers on the database and what they have applied."`
	Audit     auditCommand     `cmd:"" group:"use" help:"List and export the audit log; verify it on the server's machine."`

	Serve       serveCommand       `cmd:"" group:"run" help:"Run the server."`
	Migrate     migrateCommand     `cmd:"" group:"run" help:"Bring the database up to date."`
	Config      configCommand      `cmd:"" group:"run" help:"Print the settings in force and where each comes from."`
	Healthcheck healthcheckCommand `cmd:"" group:"run" help:"Ask the server of these settings whether it is alive."`

	LoginLink loginLinkCommand `cmd:"" group:"local" help:"Make a link that signs in to the console, once."`
	Operator  operatorCommand  `cmd:"" group:"local" help:"Make a new operator secret."`
	Peppers   peppersCommand   `cmd:"" group:"local" help:"List, add and retire the keys that secrets are hashed with."`
	Keys      keysCommand      `cmd:"" group:"local" help:"List, rotate and retire the keys that JWTs are signed with."`
	RootKey   rootKeyCommand   `cmd:"" group:"local" help:"Change the key that seals all other keys."`

	Secret     secretCommand     `cmd:"" group:"off" help:"Look at a secret without a server."`
	Notices    noticesCommand    `cmd:"" group:"off" help:"See what mails to people look like."`
	Completion completionCommand `cmd:"" group:"off" help:"Print the completion script of a shell."`
	Version    versionCommand    `cmd:"" group:"off" help:"Print the version of this program."`
}

func newCommands() *commands {
	c := &commands{}
	c.Serve.settings = newSettings(nil)
	c.Config.settings = newSettings(nil)
	local := []string{"data_dir", "root_key_file", "database_url"}
	for _, s := range []*settings{
		&c.Migrate.settings, &c.Operator.Reset.settings, &c.Peppers.List.settings, &c.Peppers.Add.settings,
		&c.Peppers.Retire.settings, &c.RootKey.New.settings, &c.RootKey.Reseal.settings, &c.Audit.Verify.settings,
		&c.Keys.List.settings, &c.Keys.Retire.settings,
	} {
		*s = newSettings(local)
	}
	c.Keys.Rotate.settings = newSettings(append(local, "jwt_algorithm"))
	c.LoginLink.settings = newSettings(append(local, "public_url", "listen", "tls_cert_file"))
	c.Healthcheck.settings = newSettings([]string{"listen", "tls_cert_file"})
	return c
}
