package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// footprint measures what Tokenry takes before it has done anything.
func (b *bench) footprint(ctx context.Context) error {
	t := b.report.table("Start and size", "On SQLite unless it says PostgreSQL, with no settings but addresses, the data folder and the database.", "what", "measured", "goal")
	var fresh, existing []time.Duration
	for range b.rounds {
		dir, err := b.folder("start")
		if err != nil {
			return err
		}
		for _, into := range []*[]time.Duration{&fresh, &existing} {
			began := time.Now()
			server, err := b.serve(ctx, dir, "TOKENRY_DATABASE_URL=")
			if err != nil {
				return err
			}
			*into = append(*into, time.Since(began))
			server.stop()
		}
	}
	same := func(d time.Duration) time.Duration { return d }
	const soon = 300 * time.Millisecond
	t.add(median(fresh, same) < soon, "start to ready, new database", milliseconds(median(fresh, same)), "< 300 ms")
	t.add(median(existing, same) < soon, "start to ready, existing database", milliseconds(median(existing, same)), "< 300 ms")
	info, err := os.Stat(b.binary)
	if err != nil {
		return err
	}
	t.add(info.Size() < 40e6, "binary", fmt.Sprintf("%.1f MB", float64(info.Size())/1e6), "< 40 MB")
	return errors.Join(b.idle(ctx, t, ""), b.idleOnPostgres(ctx, t))
}

// idleOnPostgres measures a server that nobody calls, and what it asks of its
// database.
func (b *bench) idleOnPostgres(ctx context.Context, t *table) error {
	url, err := b.database(ctx)
	if err != nil {
		return err
	}
	return b.idle(ctx, t, url)
}

// idle measures a server that nobody calls: on PostgreSQL's database at url, else
// on SQLite.
func (b *bench) idle(ctx context.Context, t *table, url string) error {
	dir, err := b.folder("idle")
	if err != nil {
		return err
	}
	server, err := b.serve(ctx, dir, "TOKENRY_DATABASE_URL="+url)
	if err != nil {
		return err
	}
	defer server.stop()
	if err := pause(ctx, 2*b.period); err != nil {
		return err
	}
	kind := "SQLite"
	if url != "" {
		kind = "PostgreSQL"
	}
	resident, err := server.resident()
	if err != nil {
		return err
	}
	t.add(resident < 40<<20, "resident memory, idle, "+kind, fmt.Sprintf("%.1f MiB", float64(resident)/(1<<20)), "< 40 MiB")
	return b.idleLoad(ctx, t, server, kind)
}

// idleLoad measures what an idle server does in a while: nearly all of it is to
// renew its lease and to look for work.
func (b *bench) idleLoad(ctx context.Context, t *table, server *tokenry, kind string) error {
	var cpu [2]time.Duration
	var transactions [2]int64
	began := time.Now()
	for i := range cpu {
		var err error
		if cpu[i], err = server.cpu(); err != nil {
			return err
		}
		if kind == "PostgreSQL" {
			if transactions[i], err = b.cluster.transactions(ctx); err != nil {
				return err
			}
		}
		if i == 0 {
			if err := pause(ctx, 20*b.period); err != nil {
				return err
			}
		}
	}
	took := time.Since(began)
	share := 100 * (cpu[1] - cpu[0]).Seconds() / took.Seconds()
	t.add(share < 1, "CPU, idle, "+kind, fmt.Sprintf("%.2f %% of a core", share), "< 1 %")
	if kind == "PostgreSQL" {
		rate := float64(transactions[1]-transactions[0]) / took.Minutes()
		t.add(rate < 600, "transactions, idle", fmt.Sprintf("%.0f a minute", rate), "< 600")
	}
	return nil
}

// pause waits, unless ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
