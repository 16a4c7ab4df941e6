package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/oapi-codegen/runtime"

	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/service"
)

// reportLeaks handles POST /leaks. It says nothing of what was found.
func (s *Server) reportLeaks(c echo.Context) error {
	var body LeakReport
	if checked, ok := c.Request().Body.(checkedBody); !ok || runtime.BindJSONValue(checked.value, &body) != nil {
		return malformed()
	}
	address := clientAddress(c.Request(), s.TrustedProxies)
	if err := s.reports.allow(address, s.Now()); err != nil {
		return err
	}
	s.reports.fail(address) // each counts
	found, err := foundIn(body)
	if err != nil {
		return err
	}
	if err := s.Leaks.Report(c.Request().Context(), service.FromAnyone, addressText(address), found); err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, LeakReportTaken{Status: LeakReportTakenStatusTaken})
}

// foundIn is what a report has, the same for a secret and for its hash.
func foundIn(body LeakReport) ([]service.Found, error) {
	var faults model.Faults
	found := make([]service.Found, len(body.Items))
	for i, item := range body.Items {
		field := fmt.Sprintf("items.%d", i)
		switch {
		case (item.Secret == nil) == (item.Sha256 == nil):
			faults.Add(field, "one_of", "Give either secret or sha256.")
		case item.Secret != nil:
			found[i] = service.FoundText(*item.Secret, given(item.URL))
		default:
			found[i].URL = given(item.URL)
			if n, err := hex.Decode(found[i].Sum[:], []byte(*item.Sha256)); err != nil || n != sha256.Size {
				faults.Add(field+".sha256", "wrong_format", "This must be a SHA-256 in hex.")
			}
		}
	}
	return found, model.Invalid(faults)
}

// ListTokenLeaks handles GET /tokens/{id}/leaks.
func (s *Server) ListTokenLeaks(ctx context.Context, req ListTokenLeaksRequestObject) (ListTokenLeaksResponseObject, error) {
	leaks, next, err := s.Tokens.ListLeaks(ctx, actorFrom(ctx), req.ID, given(req.Params.Limit), given(req.Params.Cursor))
	if err != nil {
		return nil, err
	}
	list := ListTokenLeaks200JSONResponse{Items: make([]Leak, len(leaks)), NextCursor: cursorOf(next)}
	for i, leak := range leaks {
		list.Items[i] = Leak{
			URL: leak.URL, Source: LeakSource(leak.Source), ReportedBy: leak.Reporter,
			Secret: LeakSecret(leak.Secret), Outcome: LeakOutcome(leak.Outcome),
			FirstAt: leak.FirstAt.UTC(), LastAt: leak.LastAt.UTC(), Times: leak.Times,
		}
	}
	return list, nil
}

// ListDecoyUses handles GET /tokens/{id}/decoy-uses.
func (s *Server) ListDecoyUses(ctx context.Context, req ListDecoyUsesRequestObject) (ListDecoyUsesResponseObject, error) {
	uses, next, err := s.Tokens.ListDecoyUses(ctx, actorFrom(ctx), req.ID, given(req.Params.Limit), given(req.Params.Cursor))
	if err != nil {
		return nil, err
	}
	list := ListDecoyUses200JSONResponse{Items: make([]DecoyUse, len(uses)), NextCursor: cursorOf(next)}
	for i, use := range uses {
		list.Items[i] = DecoyUse{
			Address: use.Address, Caller: use.Caller, Method: use.Method, Path: use.Path, Scopes: listOf(use.Scopes),
			FirstAt: use.FirstAt.UTC(), LastAt: use.LastAt.UTC(), Times: use.Times,
		}
	}
	return list, nil
}
