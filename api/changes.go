package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

const (
	defaultStreamLife = time.Minute
	// streamKept bounds the buffer that a stream keeps between two rounds.
	streamKept = 64 << 10
	// streamStep is how long a reader may take for what is sent at once.
	streamStep = 5 * time.Second

	sequenceHeader = "Tokenry-Sequence"
)

// tellSequence says up to which change an answer is right at least, if the
// caller asks by sending the header. It belongs before the check.
func (s *Server) tellSequence(c echo.Context) {
	if c.Request().Header[sequenceHeader] != nil {
		c.Response().Header()[sequenceHeader] = []string{strconv.FormatInt(s.Node.Applied(), 10)}
	}
}

// streamChanges handles GET /changes.
func (s *Server) streamChanges(c echo.Context) error {
	began := time.Now()
	r := c.Request()
	watch, err := s.Node.Watch(r.Context(), lastEvent(r))
	if err != nil {
		return err
	}
	defer watch.Close()
	control := http.NewResponseController(c.Response())
	if err := control.SetReadDeadline(time.Time{}); err != nil { // it would end the request
		return fmt.Errorf("stream: %w", err)
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // proxies must not hold events back
	c.Response().WriteHeader(http.StatusOK)
	out := stream{writer: c.Response(), control: control}
	out.event("start", watch.Position(), changeData{})
	for out.flush() == nil {
		heard, err := watch.Next(r.Context())
		switch {
		case err != nil:
			return out.end(endOf(err))
		case heard.At.Sub(began) > cmp.Or(s.StreamLife, defaultStreamLife), s.concerns(c, heard.Events):
			return out.end("renew")
		}
		for _, e := range heard.Events {
			out.event(e.Kind, e.Number, changeData{ID: e.ID})
		}
		out.event("heartbeat", heard.Position, changeData{ElapsedMs: new(heard.At.Sub(began).Milliseconds())})
	}
	return nil // the reader has gone, or is too slow
}

// lastEvent is the number of the last event that the reader has; nil for none.
// The validator has seen that it is a number.
func lastEvent(r *http.Request) *int64 {
	for _, text := range []string{r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after")} {
		if number, err := strconv.ParseInt(text, 10, 64); err == nil {
			return &number
		}
	}
	return nil
}

// concerns reports whether the caller's own credential may have changed, so
// that it must be shown again.
func (s *Server) concerns(c echo.Context, events []service.Event) bool {
	actor := actorFrom(c.Request().Context())
	for _, e := range events {
		if e.ID == actor.ID || e.ID == actor.HomeID {
			return true
		}
	}
	return actor.ExpiresAt != nil && !s.Now().Before(*actor.ExpiresAt)
}

// endOf is the reason that a reader is told.
func endOf(err error) string {
	if model.IsKind(err, model.KindUnavailable) {
		return "unavailable"
	}
	return "renew"
}

// changeData is what an event tells beside its kind and number.
type changeData struct {
	ID        string `json:"id,omitempty"`
	ElapsedMs *int64 `json:"elapsed_ms,omitempty"`
	Reason    string `json:"reason,omitempty"`
}

// stream writes server-sent events.
type stream struct {
	writer  http.ResponseWriter
	control *http.ResponseController
	buffer  bytes.Buffer
}

func (s *stream) event(kind string, number int64, data changeData) {
	text, _ := json.Marshal(data) // these types always can
	fmt.Fprintf(&s.buffer, "event: %s\nid: %d\ndata: %s\n\n", kind, number, text)
}

// flush sends what was written. A reader who does not take it in time is cut
// off, and may come again.
func (s *stream) flush() error {
	if err := s.control.SetWriteDeadline(time.Now().Add(streamStep)); err != nil {
		return err
	}
	if _, err := s.writer.Write(s.buffer.Bytes()); err != nil {
		return err
	}
	if s.buffer.Reset(); s.buffer.Cap() > streamKept {
		s.buffer = bytes.Buffer{}
	}
	return s.control.Flush()
}

// end says that the stream ends, and why. It has no number: the reader goes on
// after the last that it has.
func (s *stream) end(reason string) error {
	fmt.Fprintf(&s.buffer, "event: end\ndata: {\"reason\":%q}\n\n", reason)
	_ = s.flush() // the reader may have gone
	return nil
}
