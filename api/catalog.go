package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/tokenry/tokenry/internal/catalog"
	"github.com/tokenry/tokenry/service"
)

// GetCatalog handles GET /catalog.
func (s *Server) GetCatalog(ctx context.Context, req GetCatalogRequestObject) (GetCatalogResponseObject, error) {
	compiled, err := s.Catalogs.Show(ctx, actorFrom(ctx), given(req.Params.AccountType))
	if err != nil {
		return nil, err
	}
	texts := newTexts(compiled.Catalog(), given(req.Params.AcceptLanguage))
	body, err := json.Marshal(toCatalog(compiled, texts, s.Now()))
	if err != nil {
		return nil, fmt.Errorf("write catalog: %w", err)
	}
	return catalogAnswer{body, texts.language(), given(req.Params.IfNoneMatch)}, nil
}

// catalogAnswer is a rendered catalog; its tag is that of the body.
type catalogAnswer struct {
	body        []byte
	language    string
	ifNoneMatch string
}

// VisitGetCatalogResponse writes the catalog, unless the caller has it.
func (a catalogAnswer) VisitGetCatalogResponse(w http.ResponseWriter) error {
	h, tag := w.Header(), tagOf(append(a.body, a.language...))
	h.Set("ETag", tag)
	h.Add("Vary", "Accept-Language")
	if matches(a.ifNoneMatch, tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "application/json")
	if a.language != "" {
		h.Set("Content-Language", a.language)
	}
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(a.body)
	return err
}

// PutCatalog handles PUT /catalog.
func (s *Server) PutCatalog(ctx context.Context, req PutCatalogRequestObject) (PutCatalogResponseObject, error) {
	data := given(req.JSONBody)
	if req.JSONBody == nil {
		var err error
		if data, err = io.ReadAll(req.Body); err != nil {
			return nil, fmt.Errorf("read body: %w", err)
		}
	}
	catalogs, err := catalog.Parse("The catalog", data)
	if err != nil {
		return nil, err
	}
	applied, err := s.Catalogs.Apply(ctx, actorFrom(ctx), catalogs, service.ApplyOptions{
		DryRun:        given(req.Params.DryRun),
		AllowRemovals: given(req.Params.AllowRemovals),
		AllowWidening: given(req.Params.AllowWidening),
	})
	if err != nil {
		return nil, err
	}
	plans, propagated, err := s.applied(ctx, applied, req.Params.Wait)
	return PutCatalog200JSONResponse{DryRun: given(req.Params.DryRun), Plans: plans, Propagated: propagated}, err
}

// ImportOpenAPI handles POST /catalog/import-openapi.
func (s *Server) ImportOpenAPI(ctx context.Context, req ImportOpenAPIRequestObject) (ImportOpenAPIResponseObject, error) {
	document, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	p := req.Params
	in := service.ImportOpenAPI{Document: document, AccountType: p.AccountType, Version: p.Version}
	imported, err := s.Catalogs.Import(ctx, actorFrom(ctx), in, service.ApplyOptions{
		DryRun: given(p.DryRun), AllowRemovals: given(p.AllowRemovals), AllowWidening: given(p.AllowWidening),
	})
	if err != nil {
		return nil, err
	}
	plans, propagated, err := s.applied(ctx, imported.Applied, p.Wait)
	return ImportOpenAPI200JSONResponse{
		DryRun: given(p.DryRun), Warnings: append([]string{}, imported.Warnings...), Plans: plans, Propagated: propagated,
	}, err
}

// applied is what applying catalogs changed, once every node knows.
func (s *Server) applied(ctx context.Context, a service.Applied, wait *Wait) (json.RawMessage, *Propagated, error) {
	plans, err := json.Marshal(a.Plans)
	if err != nil {
		return nil, nil, fmt.Errorf("write plans: %w", err)
	}
	propagated, err := s.settle(ctx, a.Taken, wait)
	return plans, propagated, err
}

// ExportCatalog handles GET /catalog/export.
func (s *Server) ExportCatalog(ctx context.Context, req ExportCatalogRequestObject) (ExportCatalogResponseObject, error) {
	catalogs, err := s.Catalogs.Export(ctx)
	if err != nil {
		return nil, err
	}
	file := catalogFile{kind: "application/yaml"}
	if accepts(given(req.Params.Accept), "application/json") {
		file.kind = "application/json"
		file.body, err = catalog.ExportJSON(catalogs)
	} else {
		file.body, err = catalog.Export(catalogs)
	}
	return file, err
}

// catalogFile is an export.
type catalogFile struct {
	kind string
	body []byte
}

// VisitExportCatalogResponse writes the file. A browser keeps one in YAML.
func (f catalogFile) VisitExportCatalogResponse(w http.ResponseWriter) error {
	h := w.Header()
	h.Add("Vary", "Accept")
	h.Set("Content-Type", f.kind)
	if f.kind == "application/yaml" {
		h.Set("Content-Disposition", `attachment; filename="catalog.yaml"`)
	}
	_, err := w.Write(f.body)
	return err
}
