package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

const linesType = "application/x-ndjson"

// ListAudit handles GET /audit.
func (s *Server) ListAudit(ctx context.Context, req ListAuditRequestObject) (ListAuditResponseObject, error) {
	p, actor := req.Params, actorFrom(ctx)
	filter := service.AuditFilter{
		AccountID: given(p.Account),
		TokenID:   given(p.TokenID),
		Action:    given(p.Action),
		Actor:     given(p.Actor),
		Object:    given(p.Object),
		Since:     p.Since,
		Until:     p.Until,
	}
	if actor.AccountID != "" && filter.AccountID != "" && filter.AccountID != actor.AccountID {
		return nil, model.NotFound()
	}
	if wantsLines(given(p.Accept), string(given(p.Format))) {
		return auditLines{ctx, s.Log, s.Now(), func(write func(*model.AuditEntry) error) error {
			return s.Audits.Export(ctx, actor, filter, write)
		}}, nil
	}
	entries, next, err := s.Audits.List(ctx, actor, filter, given(p.Limit), given(p.Cursor))
	if err != nil {
		return nil, err
	}
	return ListAudit200JSONResponse{Items: toEntries(entries), NextCursor: cursorOf(next)}, nil
}

// wantsLines reports whether an export is asked for, by the parameter or else by
// the Accept header.
func wantsLines(accept, format string) bool {
	if format != "" {
		return format == string(ListAuditParamsFormatNdjson)
	}
	return accepts(accept, linesType)
}

// accepts reports whether an Accept header names a type.
func accepts(accept, wanted string) bool {
	for entry := range strings.SplitSeq(accept, ",") {
		kind, params, err := mime.ParseMediaType(entry)
		if err != nil || kind != wanted {
			continue
		}
		if q, err := strconv.ParseFloat(params["q"], 64); params["q"] == "" || err == nil && q > 0 {
			return true
		}
	}
	return false
}

// writeStep is how long a reader may take for a stretch of an export.
const (
	writeStep   = 30 * time.Second
	linesInStep = 1000
)

// auditLines is an export: an entry on each line.
type auditLines struct {
	ctx    context.Context
	log    *slog.Logger
	at     time.Time
	export func(write func(*model.AuditEntry) error) error
}

// VisitListAuditResponse writes the entries as they come. A failure after the
// first breaks the connection off, so that the part does not pass for the whole.
func (a auditLines) VisitListAuditResponse(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", linesType)
	w.Header().Set("Content-Disposition", `attachment; filename="tokenry-audit-`+a.at.UTC().Format(time.DateOnly)+`.ndjson"`)
	control := http.NewResponseController(w)
	encoder := json.NewEncoder(w)
	count := 0
	err := a.export(func(entry *model.AuditEntry) error {
		if count%linesInStep == 0 {
			_ = control.SetWriteDeadline(time.Now().Add(writeStep)) // not every writer has one
		}
		count++
		return encoder.Encode(toEntry(entry))
	})
	switch {
	case err != nil && count == 0:
		return err
	case err != nil:
		a.log.WarnContext(a.ctx, "export broken off", "error", err, "entries", count)
		panic(http.ErrAbortHandler)
	case count == 0:
		w.WriteHeader(http.StatusOK)
	}
	return nil
}

func toEntries(entries []model.AuditEntry) []AuditEntry {
	list := make([]AuditEntry, len(entries))
	for i := range entries {
		list[i] = toEntry(&entries[i])
	}
	return list
}

func toEntry(e *model.AuditEntry) AuditEntry {
	changes := make(map[string]AuditChange, len(e.Changes))
	for field, change := range e.Changes {
		changes[field] = AuditChange{Old: change.Old, New: change.New}
	}
	return AuditEntry{
		ID:        e.ID,
		Seq:       e.Seq,
		At:        e.At.UTC(),
		Action:    e.Action,
		AccountID: optional(e.AccountID),
		TokenID:   optional(e.TokenID),
		Object:    AuditObject{Kind: e.ObjectKind, ID: e.ObjectID},
		Actor:     AuditActor{Kind: AuditActorKind(e.ActorKind), ID: e.ActorID, Name: e.ActorName},
		RequestID: e.RequestID,
		IP:        e.IP,
		Changes:   changes,
		Details:   textsOf(e.Details),
	}
}
