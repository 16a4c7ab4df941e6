package api

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// maxQuestions is how many secrets a batch may ask about.
const maxQuestions = 100

// buffer is where a question is read and its answer written.
type buffer struct{ bytes []byte }

var buffers = sync.Pool{New: func() any { return &buffer{make([]byte, 0, 4<<10)} }}

// maxKept bounds the buffers that are kept for the next.
const maxKept = 64 << 10

func (b *buffer) free() {
	if cap(b.bytes) <= maxKept {
		buffers.Put(b)
	}
}

// verifyToken handles POST /tokens/verify.
func (s *Server) verifyToken(c echo.Context, caller model.Actor, look service.Look) error {
	b := buffers.Get().(*buffer)
	defer b.free()
	text, err := b.read(c.Request())
	if err != nil {
		return err
	}
	scan := scanner{text: text}
	question, ok := scan.question()
	if !ok || !scan.end() || c.Request().URL.RawQuery != "" {
		questions, err := readQuestions(c.Request().URL, text, false)
		if err != nil {
			return err
		}
		question = questions[0]
	}
	question.Caller, question.Look = caller.ID, look
	answer, err := s.Verifier.Verify(c.Request().Context(), question)
	if err != nil {
		return err
	}
	b.bytes = append(appendAnswer(b.bytes[:0], &answer), '\n')
	return b.send(c)
}

// verifyTokens handles POST /tokens/verify/batch.
func (s *Server) verifyTokens(c echo.Context, caller model.Actor, look service.Look) error {
	b := buffers.Get().(*buffer)
	defer b.free()
	text, err := b.read(c.Request())
	if err != nil {
		return err
	}
	scan := scanner{text: text}
	questions, ok := scan.questions()
	if !ok || !scan.end() || c.Request().URL.RawQuery != "" {
		if questions, err = readQuestions(c.Request().URL, text, true); err != nil {
			return err
		}
	}
	b.bytes = append(b.bytes[:0], `{"items":[`...)
	for i := range questions {
		questions[i].Caller, questions[i].Look = caller.ID, look
		answer, err := s.Verifier.Verify(c.Request().Context(), questions[i])
		if err != nil {
			return err
		}
		if i > 0 {
			b.bytes = append(b.bytes, ',')
		}
		b.bytes = appendAnswer(b.bytes, &answer)
	}
	b.bytes = append(b.bytes, "]}\n"...)
	return b.send(c)
}

// read reads the body of a request, and gives it as a text of its own.
func (b *buffer) read(r *http.Request) (string, error) {
	if kind := r.Header.Get(echo.HeaderContentType); kind != echo.MIMEApplicationJSON {
		if kind, _, _ := mime.ParseMediaType(kind); kind != echo.MIMEApplicationJSON {
			return "", echo.ErrUnsupportedMediaType
		}
	}
	if r.ContentLength > maxBody {
		return "", echo.ErrStatusRequestEntityTooLarge
	}
	b.bytes = b.bytes[:0]
	for len(b.bytes) <= maxBody {
		if len(b.bytes) == cap(b.bytes) {
			b.bytes = slices.Grow(b.bytes, cap(b.bytes))
		}
		n, err := r.Body.Read(b.bytes[len(b.bytes):cap(b.bytes)])
		b.bytes = b.bytes[:len(b.bytes)+n]
		if errors.Is(err, io.EOF) {
			return string(b.bytes), nil
		}
		if err != nil {
			return "", fmt.Errorf("read body: %w", err)
		}
	}
	return "", echo.ErrStatusRequestEntityTooLarge
}

// send answers with what is in the buffer.
func (b *buffer) send(c echo.Context) error {
	c.Response().Header()["Content-Type"] = jsonType
	c.Response().WriteHeader(http.StatusOK)
	_, err := c.Response().Write(b.bytes)
	return err
}

// readQuestions reads one question, or a batch, and finds everything that is
// wrong with it.
func readQuestions(target *url.URL, text string, batch bool) ([]service.Question, error) {
	in := questionReader{decoder: jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowDuplicateNames(true))}
	if target.RawQuery != "" {
		in.check.unknown(target.Query(), nil)
	}
	var questions []service.Question
	if batch {
		questions = in.batch()
	} else {
		questions = []service.Question{in.question("")}
	}
	if _, err := in.decoder.ReadToken(); err != io.EOF || in.err != nil { //nolint:errorlint // never wrapped
		return nil, malformed()
	}
	return questions, model.Invalid(in.check.faults)
}
