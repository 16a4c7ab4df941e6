package cli_test

import (
	"testing"
	"time"

	"github.com/tokenry/tokenry/client"
)

func TestNodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	list := decode[client.NodeList](t, w.run("nodes", "--json").want(t, 0).stdout)
	if len(list.Items) != 1 || !list.Items[0].Self || list.Database.Dialect != client.DatabaseDialectSqlite {
		t.Errorf("nodes = %+v", list)
	}
	w.run("nodes").want(t, 0, list.Items[0].ID, "SQLite "+list.Database.Version)
}

func TestNodesTellsOfTheStandby(t *testing.T) {
	t.Parallel()
	for standby, words := range map[bool]string{true: "commits wait for a standby", false: "rights that were taken away may be back"} {
		environ := fake(t, func(int) any {
			return client.NodeList{
				Items: []client.Node{{ID: "n", LeaseSeconds: 2.5, Behind: 3, RenewedAt: time.Now(), StartedAt: time.Now()}}, Sequence: 7,
				Database: client.Database{Dialect: client.DatabaseDialectPostgres, Version: "17.2", Synchronous: "on", Standby: standby},
			}
		})
		run(t.Context(), "", environ, "nodes").want(t, 0, "2.5s", "The last change is 7", words)
	}
}
