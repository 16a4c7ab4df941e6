package repository

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// Node is a running server.
type Node struct {
	ID        string `gorm:"primaryKey"` // random, for the life of the process
	Name      string // host name and process id, for people
	Version   string
	LeaseMs   int64 // length of its lease, in milliseconds
	Applied   int64 // the last change it has applied
	Renewals  int64 // grows with each renewal
	StartedAt time.Time
	RenewedAt time.Time // by the node's own clock; for people only
}

// Nodes is the table of running servers.
type Nodes struct{ table }

// Register stores a new node, in place of its own row if the answer to an
// earlier call was lost.
func (r Nodes) Register(ctx context.Context, node *Node) error {
	return classify(r.with(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(node).Error)
}

// Renew commits a new lease, and gives the timeline it was committed on. It
// reports false if the node's row is gone.
func (r Nodes) Renew(ctx context.Context, id string, at time.Time) (there bool, on Timeline, err error) {
	renew := "UPDATE nodes SET renewals = renewals + 1, renewed_at = ? WHERE id = ? RETURNING " + r.timeline()
	err = r.server.surely(func() error {
		done := r.with(ctx).Raw(renew, at, id).Scan((*string)(&on))
		there = done.RowsAffected == 1
		return done.Error
	})
	return there, on, classify(err)
}

// Report tells the last change that a node has applied. It never goes back. On
// PostgreSQL it waits neither for the disk nor for a standby: a report that is
// lost makes others wait longer, and no less.
func (r Nodes) Report(ctx context.Context, id string, applied int64) error {
	report := r.with(ctx).Model(&Node{}).Where("id = ? AND applied < ?", id, applied)
	if r.dialect == Postgres { // for this statement's own transaction only
		report = report.Where("set_config('synchronous_commit', 'off', true) = 'off'")
	}
	return classify(report.Update("applied", applied).Error)
}

// All is every node.
func (r Nodes) All(ctx context.Context) ([]Node, error) {
	var nodes []Node
	err := r.with(ctx).Order("started_at, id").Find(&nodes).Error
	return nodes, classify(err)
}

// Remove removes a node that has not renewed since the caller saw it. A lease
// that lives on is not removed.
func (r Nodes) Remove(ctx context.Context, id string, renewals int64) error {
	return classify(r.with(ctx).Where("id = ? AND renewals = ?", id, renewals).Delete(&Node{}).Error)
}

// Leave removes the node itself, as it stops.
func (r Nodes) Leave(ctx context.Context, id string) error {
	return classify(r.with(ctx).Where("id = ?", id).Delete(&Node{}).Error)
}

// Clear removes all nodes. Only for SQLite, where the one server holds a lock.
func (r Nodes) Clear(ctx context.Context) error {
	return classify(r.with(ctx).Where("1 = 1").Delete(&Node{}).Error)
}
