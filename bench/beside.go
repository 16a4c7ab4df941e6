package main

import (
	"context"
	"fmt"
	"strconv"
)

// question is a request whose answer is compared with that of the reference.
type question struct {
	name    string // in the table; empty if there is only one
	request request
}

// goal is what is to be reached beside the reference; zero for what does not
// matter.
type goal struct{ cpu, rate float64 }

func (g goal) met(cpu, rate float64) bool { return (g.cpu == 0 || cpu <= g.cpu) && rate >= g.rate }

// String is the goal as it stands in the table.
func (g goal) String() string {
	switch {
	case g.cpu == 0:
		return fmt.Sprintf("≥ %g", g.rate)
	case g.rate == 0:
		return fmt.Sprintf("≤ %g x", g.cpu)
	}
	return fmt.Sprintf("≤ %g x, ≥ %g", g.cpu, g.rate)
}

// beside loads a reference and Tokenry in turn, with each question, and adds a
// table of how they compare.
func (b *bench) beside(ctx context.Context, title, text string, reference *process, subject *tokenry, want goal, questions ...question) error {
	first := "connections"
	sides := []side{{reference, questions[0].request}}
	for _, q := range questions {
		sides = append(sides, side{subject.process, q.request})
		if q.name != "" {
			first = "question, connections"
		}
	}
	t := b.report.table(title, text, first, "the handler", "Tokenry", "p99", "req/s ratio", "CPU of the handler", "CPU of Tokenry", "CPU ratio", "goal")
	for _, n := range []int{1, 16} {
		all, err := b.takeTurns(ctx, n, sides...) // any answer but a 2xx ends it
		if err != nil {
			return err
		}
		for i, q := range questions {
			base, asked := all[0], all[i+1]
			cpu, rate := ratio(base, asked, cpuOf), ratio(base, asked, load.rate)
			name := strconv.Itoa(n)
			if q.name != "" {
				name = q.name + ", " + name
			}
			t.add(want.met(cpu, rate), name, perSecond(base.rate()), perSecond(asked.rate()), milliseconds(asked.p99()),
				fmt.Sprintf("%.2f", rate), microseconds(base.cpu()), microseconds(asked.cpu()), fmt.Sprintf("%.2f x", cpu), want.String())
		}
	}
	return nil
}
