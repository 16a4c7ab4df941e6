package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// maxQuestions is how many secrets a batch may ask about.
const maxQuestions = 100

// buffer is where questions are read and their answers written.
type buffer struct {
	bytes     []byte
	questions []service.Question
	scopes    []string // of the questions
	stamp     stamp
}

var buffers = sync.Pool{New: func() any { return &buffer{bytes: make([]byte, 0, 4<<10)} }}

// maxKept bounds the buffers that are kept for the next.
const maxKept = 64 << 10

func (b *buffer) free() {
	if cap(b.bytes) > maxKept || cap(b.scopes) > maxKept/16 {
		return
	}
	clear(b.questions) // what was asked must not stay in memory
	clear(b.scopes)
	b.questions, b.scopes = b.questions[:0], b.scopes[:0]
	buffers.Put(b)
}

// verifyToken handles POST /tokens/verify.
func (s *Server) verifyToken(c echo.Context, caller model.Actor, look service.Look) error {
	b := buffers.Get().(*buffer)
	defer b.free()
	questions, err := b.ask(c.Request(), false)
	if err != nil {
		return err
	}
	b.bytes = b.bytes[:0]
	if err := s.answer(c.Request().Context(), b, &questions[0], caller, look); err != nil {
		return err
	}
	b.bytes = append(b.bytes, '\n')
	return b.send(c)
}

// verifyTokens handles POST /tokens/verify/batch.
func (s *Server) verifyTokens(c echo.Context, caller model.Actor, look service.Look) error {
	b := buffers.Get().(*buffer)
	defer b.free()
	questions, err := b.ask(c.Request(), true)
	if err != nil {
		return err
	}
	b.bytes = append(b.bytes[:0], `{"items":[`...)
	for i := range questions {
		if i > 0 {
			b.bytes = append(b.bytes, ',')
		}
		if err := s.answer(c.Request().Context(), b, &questions[i], caller, look); err != nil {
			return err
		}
	}
	b.bytes = append(b.bytes, "]}\n"...)
	return b.send(c)
}

// answer writes the answer to a question.
func (s *Server) answer(ctx context.Context, b *buffer, q *service.Question, caller model.Actor, look service.Look) error {
	q.Caller, q.Look, q.JWT = caller.ID, look, true
	answer, err := s.Verifier.Verify(ctx, *q)
	if err == nil {
		b.bytes = appendAnswer(b.bytes, &answer, &b.stamp)
	}
	return err
}

// ask reads the question of a request, or its batch of them.
func (b *buffer) ask(r *http.Request, batch bool) ([]service.Question, error) {
	text, err := b.read(r, echo.MIMEApplicationJSON)
	if err != nil {
		return nil, err
	}
	scan := scanner{text: text, scopes: b.scopes}
	ok := r.URL.RawQuery == ""
	if ok {
		b.questions, ok = scan.body(b.questions, batch)
		b.scopes = scan.scopes
	}
	if !ok {
		return readQuestions(r.URL, text, batch)
	}
	return b.questions, nil
}

// read reads the body of a request, which must be of that media type, and gives
// it as a text of its own.
func (b *buffer) read(r *http.Request, want string) (string, error) {
	if kind := r.Header.Get(echo.HeaderContentType); kind != want {
		if kind, _, _ := mime.ParseMediaType(kind); kind != want {
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

// bufferedAnswer is how long an answer may be, in bytes, for net/http to find its
// length; longer ones it would send in chunks.
const bufferedAnswer = 2 << 10

// send answers with what is in the buffer.
func (b *buffer) send(c echo.Context) error {
	h := c.Response().Header()
	h["Content-Type"] = jsonType
	if len(b.bytes) > bufferedAnswer {
		h["Content-Length"] = []string{strconv.Itoa(len(b.bytes))}
	}
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
