package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// request is what is sent again and again.
type request struct {
	method, path string
	header       map[string]string
	body         func(n int64) []byte // of the nth request
}

// load is what came of sending a request for a while.
type load struct {
	elapsed   time.Duration
	cpu       time.Duration   // of the server
	latencies []time.Duration // of every request, in order
}

func (l load) rate() float64 { return float64(len(l.latencies)) / l.elapsed.Seconds() }

func (l load) cpuPerRequest() time.Duration { return l.cpu / time.Duration(len(l.latencies)) }

// percentile is the latency that p of 100 requests did not exceed.
func (l load) percentile(p int) time.Duration {
	return l.latencies[min(len(l.latencies)*p/100, len(l.latencies)-1)]
}

// sent numbers all requests of this process, so that each can be new to a
// server.
var sent atomic.Int64

// send keeps as many connections busy for a while. Any answer but a 2xx ends it.
func send(ctx context.Context, to *process, r request, connections int, period time.Duration) (load, error) {
	each := make([][]time.Duration, connections)
	before, err := to.cpu()
	if err != nil {
		return load{}, err
	}
	started := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	for i := range connections {
		group.Go(func() (err error) {
			each[i], err = r.repeat(ctx, to.address, started.Add(period))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return load{}, fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	done := load{elapsed: time.Since(started), latencies: slices.Concat(each...)}
	after, err := to.cpu()
	done.cpu = after - before
	slices.Sort(done.latencies)
	return done, err
}

// repeat sends the request over one connection until a moment. It writes the
// bytes itself, for it shares the machine with the server.
func (r request) repeat(ctx context.Context, address string, until time.Time) ([]time.Duration, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	head := fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.method, r.path, address)
	for name, value := range r.header {
		head = fmt.Appendf(head, "%s: %s\r\n", name, value)
	}
	head = append(head, "Content-Length: "...)
	var latencies []time.Duration
	var message []byte
	answers := bufio.NewReader(conn)
	for began := time.Now(); began.Before(until) && ctx.Err() == nil; began = time.Now() {
		body := r.body(sent.Add(1))
		message = strconv.AppendInt(append(message[:0], head...), int64(len(body)), 10)
		message = append(append(message, "\r\n\r\n"...), body...)
		if _, err := conn.Write(message); err != nil {
			return nil, err
		}
		if err := readAnswer(answers); err != nil {
			return nil, err
		}
		latencies = append(latencies, time.Since(began))
	}
	return latencies, ctx.Err()
}

func readAnswer(from *bufio.Reader) error {
	answer, err := http.ReadResponse(from, nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 == 2 {
		_, err = io.Copy(io.Discard, answer.Body)
		return err
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1000))
	if err != nil {
		return err
	}
	return fmt.Errorf("%s: %s", answer.Status, text)
}
