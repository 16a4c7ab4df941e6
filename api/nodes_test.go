package api_test

import (
	"testing"

	"github.com/tokenry/tokenry/repository"
)

func TestListNodes(t *testing.T) {
	each(t, func(h *harness) {
		ghost := repository.Node{ID: "ghost", Name: "web-9/1", LeaseMs: 2500, StartedAt: h.clock.now(), RenewedAt: h.clock.now()}
		if err := h.store.Nodes.Register(t.Context(), &ghost); err != nil {
			t.Fatal(err)
		}
		token := h.create(nil).text("id")
		h.call(h.op(), "POST /tokens/"+token+"/revoke?wait=false", map[string]any{}, "Tokenry-Account: "+partner).want(200)
		list := h.call(h.op(), "GET /nodes", nil).want(200)
		sequence, database := list.get("sequence").(float64), list.get("database").(map[string]any)
		if database["dialect"] != string(h.db.Dialect) || database["synchronous"] != "on" || database["standby"] != false || database["version"] == "" {
			t.Errorf("database %v", database)
		}
		nodes := list.get("items").([]any)
		if len(nodes) != 2 || sequence < 1 {
			t.Fatalf("list %s", list.body)
		}
		for _, node := range nodes {
			n := node.(map[string]any)
			silent := n["id"] == "ghost"
			if n["self"] == silent || n["behind"] != sequence-n["applied"].(float64) {
				t.Errorf("node %v", n)
			}
			if silent && (n["lease_seconds"] != 2.5 || n["applied"] != 0.0) {
				t.Errorf("the silent node is %v", n)
			}
		}
	})
}
