package cli

import (
	"context"
	"strconv"
	"time"

	"github.com/tokenry/tokenry/client"
)

type nodesCommand struct {
	server
	output
}

// Run prints the nodes and what is true of the database beneath them.
func (c *nodesCommand) Run(ctx context.Context, env *Env) error {
	tokenry, err := c.connect(env)
	if err != nil {
		return err
	}
	list, err := tokenry.ListNodes(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return env.json(list)
	}
	rows := make([][]string, len(list.Items))
	for i, n := range list.Items {
		lease := time.Duration(n.LeaseSeconds * float64(time.Second))
		rows[i] = []string{
			n.ID, n.Name, n.Version, lease.String(), strconv.FormatInt(n.Applied, 10), strconv.FormatInt(n.Behind, 10),
			moment(&n.RenewedAt, ""), moment(&n.StartedAt, ""),
		}
	}
	if err := env.table([]string{"ID", "NAME", "VERSION", "LEASE", "APPLIED", "BEHIND", "RENEWED", "STARTED"}, rows); err != nil {
		return err
	}
	env.printf("\n%s\n", describe(list))
	return nil
}

// describe tells of the database in words.
func describe(list client.NodeList) string {
	d := list.Database
	last := "The last change is " + strconv.FormatInt(list.Sequence, 10) + ". "
	switch {
	case d.Dialect == client.DatabaseDialectSqlite:
		return last + "SQLite " + d.Version + "."
	case d.Standby:
		return last + "PostgreSQL " + d.Version + "; commits wait for a standby (synchronous_commit " + d.Synchronous + ")."
	}
	return last + "PostgreSQL " + d.Version + "; commits do not wait for a standby:\n" +
		"a failover may undo the last ones, and rights that were taken away may be back."
}
