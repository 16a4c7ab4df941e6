package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The kinds of a Change that say more than that something has changed. A kind
// that a program does not know means the same as ChangeEverything.
const (
	ChangeToken      = "token"      // the token ID has changed
	ChangeAccount    = "account"    // the account ID has changed
	ChangeEverything = "everything" // anything may have changed
	ChangeStart      = "start"      // the first; what follows has changed after Number
	ChangeHeartbeat  = "heartbeat"  // nothing more has changed up to Elapsed
	ChangeEnd        = "end"        // the last, for a Reason
)

// Change is an event of GET /changes.
type Change struct {
	Kind   string
	Number int64  // of the last change that was told
	ID     string // of what has changed
	// Elapsed is how long after the call reached the server a heartbeat was made,
	// by the clock of the server.
	Elapsed time.Duration
	Reason  string // of an end: "renew", or "unavailable"
}

// Changes follows what changes, after the change of a number or, with a negative
// one, from now on. It ends after a ChangeEnd, which comes each minute, or with
// an error. To go on, call it again with the last number.
func (c *Client) Changes(ctx context.Context, after int64) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		call := newCall(http.MethodGet, "changes")
		call.header.Set("Accept", "text/event-stream")
		if after >= 0 {
			call.header.Set("Last-Event-ID", strconv.FormatInt(after, 10))
		}
		res, err := c.send(ctx, call)
		if err != nil {
			yield(Change{}, err)
			return
		}
		defer res.Body.Close()
		if media, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); media != "text/event-stream" {
			yield(Change{}, c.transportError(call, errors.New("the answer is no stream; is this a Tokenry server?")))
			return
		}
		events := eventReader{lines: bufio.NewScanner(res.Body), number: max(after, 0)}
		for {
			change, err := events.next()
			if err != nil {
				yield(Change{}, c.transportError(call, err))
				return
			}
			if !yield(change, nil) || change.Kind == ChangeEnd {
				return
			}
		}
	}
}

// eventReader reads server-sent events.
type eventReader struct {
	lines  *bufio.Scanner
	number int64
}

func (r *eventReader) next() (Change, error) {
	var kind, data string
	for r.lines.Scan() {
		name, value, _ := strings.Cut(r.lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "event":
			kind = value
		case "data":
			data += value
		case "id":
			number, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return Change{}, errors.New("the number of an event is none")
			}
			r.number = number
		case "":
			if kind != "" {
				return r.change(kind, data)
			}
		}
	}
	if err := r.lines.Err(); err != nil {
		return Change{}, err
	}
	return Change{}, io.ErrUnexpectedEOF
}

func (r *eventReader) change(kind, data string) (Change, error) {
	var told struct {
		ID        string `json:"id"`
		ElapsedMs *int64 `json:"elapsed_ms"`
		Reason    string `json:"reason"`
	}
	if err := json.Unmarshal([]byte(data), &told); err != nil {
		return Change{}, err
	}
	change := Change{Kind: kind, Number: r.number, ID: told.ID, Reason: told.Reason}
	if told.ElapsedMs != nil {
		change.Elapsed = time.Duration(*told.ElapsedMs) * time.Millisecond
	} else if kind == ChangeHeartbeat {
		return Change{}, errors.New("a heartbeat has no time")
	}
	return change, nil
}
