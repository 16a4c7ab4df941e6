package api

import (
	"context"
	"time"

	"github.com/tokenry/tokenry/service"
)

// ListNodes handles GET /nodes.
func (s *Server) ListNodes(ctx context.Context, _ ListNodesRequestObject) (ListNodesResponseObject, error) {
	cluster, err := s.Node.Cluster(ctx)
	if err != nil {
		return nil, err
	}
	list := ListNodes200JSONResponse{
		Items: make([]Node, len(cluster.Nodes)), Sequence: cluster.Sequence,
		Database: Database{
			Dialect: DatabaseDialect(cluster.Database.Dialect), Version: cluster.Database.Version,
			Synchronous: cluster.Database.Synchronous, Standby: cluster.Database.Standby,
		},
	}
	for i, node := range cluster.Nodes {
		list.Items[i] = toNode(node)
	}
	return list, nil
}

func toNode(n service.ClusterNode) Node {
	return Node{
		ID: n.ID, Name: n.Name, Version: n.Version,
		LeaseSeconds: (time.Duration(n.LeaseMs) * time.Millisecond).Seconds(),
		Applied:      n.Applied, Behind: n.Behind,
		RenewedAt: n.RenewedAt.UTC(), StartedAt: n.StartedAt.UTC(), Self: n.Self,
	}
}
