package clienttest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/tokenry/tokenry/client"
)

const heartbeat = 50 * time.Millisecond

func (s *Server) verify(w http.ResponseWriter, r *http.Request) {
	var q client.VerifyRequest
	s.answer(w, r, &q, func() any { return s.judge(q) })
}

func (s *Server) verifyBatch(w http.ResponseWriter, r *http.Request) {
	var q client.VerifyBatchRequest
	s.answer(w, r, &q, func() any {
		var list client.VerificationList
		for _, item := range q.Items {
			list.Items = append(list.Items, s.judge(item))
		}
		return list
	})
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, question any, judge func() any) {
	err := json.NewDecoder(r.Body).Decode(question)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.away:
		fail(w, http.StatusServiceUnavailable, "try_again", "The server is away.")
	case err != nil:
		fail(w, http.StatusBadRequest, "malformed_body", err.Error())
	default:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Tokenry-Sequence", strconv.Itoa(len(s.changes)))
		_ = json.NewEncoder(w).Encode(judge())
	}
}

func fail(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(client.Problem{Status: status, Code: code, Title: http.StatusText(status), Detail: detail})
}

// stream answers GET /changes.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	begun := time.Now()
	told, away, _ := s.since(-1)
	if away {
		fail(w, http.StatusServiceUnavailable, "try_again", "The server is away.")
		return
	}
	position := len(told)
	if last, err := strconv.Atoi(r.Header.Get("Last-Event-ID")); err == nil && last >= 0 && last <= position {
		position = last
	}
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprintf(w, "event: start\nid: %d\ndata: {}\n\n", position)
	for {
		at := time.Now()
		told, away, wake := s.since(position)
		if away {
			fmt.Fprint(w, "event: end\ndata: {\"reason\":\"unavailable\"}\n\n")
			return
		}
		for _, id := range told {
			position++
			fmt.Fprintf(w, "event: token\nid: %d\ndata: {\"id\":%q}\n\n", position, id)
		}
		fmt.Fprintf(w, "event: heartbeat\nid: %d\ndata: {\"elapsed_ms\":%d}\n\n", position, at.Sub(begun).Milliseconds())
		if http.NewResponseController(w).Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-wake:
		case <-time.After(heartbeat):
		}
	}
}

// since is the changes after a number, all with a negative one.
func (s *Server) since(number int) (ids []string, away bool, wake <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changes[max(number, 0):len(s.changes):len(s.changes)], s.away, s.wake
}
