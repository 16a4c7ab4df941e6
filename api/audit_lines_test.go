package api

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/tokenry/tokenry/model"
)

// TestExportBreaksOff: an export that fails after some entries does not pass
// for a whole one, and one that fails before the first is an ordinary failure.
func TestExportBreaksOff(t *testing.T) {
	t.Parallel()
	for entries, whole := range map[int]bool{0: true, 3: false} {
		var log bytes.Buffer
		logger := slog.New(slog.NewTextHandler(&log, nil))
		e := echo.New()
		e.HTTPErrorHandler = handleError(logger)
		e.Use(recoverPanic)
		e.GET("/audit", func(c echo.Context) error {
			return auditLines{c.Request().Context(), logger, time.Now(), func(write func(*model.AuditEntry) error) error {
				for range entries {
					if err := write(&model.AuditEntry{ActorKind: model.ActorSystem}); err != nil {
						return err
					}
				}
				return errors.Join(model.Unavailable())
			}}.VisitListAuditResponse(c.Response())
		})
		server := httptest.NewServer(e)
		res, err := http.Get(server.URL + "/audit")
		var body []byte
		if err == nil {
			body, err = io.ReadAll(res.Body)
		}
		server.Close() // waits until the handler has ended, and its log is whole
		if (err == nil) != whole || whole && (res.StatusCode != http.StatusServiceUnavailable || !bytes.Contains(body, []byte("try_again"))) {
			t.Errorf("%d entries, then a failure: %v, body %s", entries, err, body)
		}
		if !bytes.Contains(log.Bytes(), []byte("try_again")) {
			t.Errorf("the log does not tell of it: %s", &log)
		}
	}
}
