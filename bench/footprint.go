package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

// footprint measures what Tokenry takes before it has done anything.
func (b *bench) footprint(ctx context.Context) error {
	t := b.report.table("Start and size", "On SQLite, with no settings but addresses and the data folder.", "what", "measured", "goal")
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
	return b.idle(ctx, t)
}

// idle measures the memory of a server that nobody calls.
func (b *bench) idle(ctx context.Context, t *table) error {
	dir, err := b.folder("idle")
	if err != nil {
		return err
	}
	server, err := b.serve(ctx, dir, "TOKENRY_DATABASE_URL=")
	if err != nil {
		return err
	}
	defer server.stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(2 * b.period):
	}
	resident, err := server.resident()
	t.add(resident < 40<<20, "resident memory, idle", fmt.Sprintf("%.1f MiB", float64(resident)/(1<<20)), "< 40 MiB")
	return err
}
