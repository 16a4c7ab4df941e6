package service

import (
	"context"

	"github.com/tokenry/tokenry/repository"
)

// Cluster is the servers on one database.
type Cluster struct {
	Nodes    []ClusterNode // oldest first
	Sequence int64         // the last change
	Database repository.Facts
}

// ClusterNode is one of them.
type ClusterNode struct {
	repository.Node
	Behind int64 // how many changes it has yet to apply
	Self   bool  // whether it is this one
}

// Cluster is this node and those beside it.
func (n *Node) Cluster(ctx context.Context) (Cluster, error) {
	nodes, err := n.Store.Nodes.All(ctx)
	if err != nil {
		return Cluster{}, err
	}
	last, err := n.Store.Changes.Last(ctx)
	if err != nil {
		return Cluster{}, err
	}
	facts, err := n.Store.Facts(ctx)
	cluster := Cluster{Nodes: make([]ClusterNode, len(nodes)), Sequence: last, Database: facts}
	for i, node := range nodes {
		cluster.Nodes[i] = ClusterNode{Node: node, Behind: max(0, last-node.Applied), Self: node.ID == n.ID}
	}
	return cluster, err
}
