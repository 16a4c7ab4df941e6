package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// side is a server and what it is asked.
type side struct {
	server  *process
	request request
}

// rounds is what came of the turns of one side.
type rounds []load

func (r rounds) rate() float64 { return median(r, load.rate) }

func (r rounds) cpu() time.Duration { return median(r, load.cpuPerRequest) }

func (r rounds) p99() time.Duration {
	return median(r, func(l load) time.Duration { return l.percentile(99) })
}

// takeTurns loads each side once to warm it up, and then all of them in turn,
// round after round.
func (b *bench) takeTurns(ctx context.Context, connections int, sides ...side) ([]rounds, error) {
	all := make([]rounds, len(sides))
	for round := range b.rounds + 1 {
		period := b.period
		if round == 0 {
			period /= 4
		}
		for i, s := range sides {
			l, err := send(ctx, s.server, s.request, connections, period)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				all[i] = append(all[i], l)
			}
		}
	}
	return all, nil
}

// ratio is the median, over the rounds, of how a figure of a side compares with
// that of the reference.
func ratio(reference, subject rounds, figure func(load) float64) float64 {
	ratios := make([]float64, len(reference))
	for i := range reference {
		ratios[i] = figure(subject[i]) / figure(reference[i])
	}
	return median(ratios, func(r float64) float64 { return r })
}

func cpuOf(l load) float64 { return float64(l.cpuPerRequest()) }

func median[T any, N cmp.Ordered](of []T, figure func(T) N) N {
	figures := make([]N, len(of))
	for i, one := range of {
		figures[i] = figure(one)
	}
	slices.Sort(figures)
	return figures[len(figures)/2]
}

func perSecond(rate float64) string { return fmt.Sprintf("%.0f/s", rate) }

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1000) }

func microseconds(d time.Duration) string { return fmt.Sprintf("%.0f µs", d.Seconds()*1e6) }
