package repository

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// A listener that hears nothing for listenIdle asks whether the server is still
// there, and gives it listenPatience.
const (
	listenIdle     = 5 * time.Second
	listenPatience = 5 * time.Second
)

// Listen calls heard as soon as it listens, and then for each change that is
// announced, until ctx ends or the connection is lost. It needs a connection of
// its own, and not one of a pooler. On SQLite there are no announcements, and
// it returns at once.
func (s *Store) Listen(ctx context.Context, heard func()) error {
	if s.server == nil {
		return nil
	}
	conn, err := pgx.ConnectConfig(ctx, s.server.listen)
	if err != nil {
		return fmt.Errorf("listen for changes: %w", classify(err))
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing) // nothing is lost with it
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return fmt.Errorf("listen for changes: %w", classify(err))
	}
	heard()
	for {
		if err := await(ctx, conn); err != nil {
			return fmt.Errorf("listen for changes: %w", classify(err))
		}
		heard()
	}
}

// await waits for an announcement.
func await(ctx context.Context, conn *pgx.Conn) error {
	for {
		waiting, cancel := context.WithTimeout(ctx, listenIdle)
		_, err := conn.WaitForNotification(waiting)
		idle := waiting.Err() != nil
		cancel()
		if err == nil || ctx.Err() != nil || !idle {
			return err
		}
		asking, cancel := context.WithTimeout(ctx, listenPatience)
		err = conn.Ping(asking)
		cancel()
		if err != nil {
			return err
		}
	}
}
