package client

import (
	"context"
	"io"
	"net/http"
)

// Catalog is the catalog of the account's type.
func (c *Client) Catalog(ctx context.Context, opts ...CallOption) (Catalog, error) {
	var out Catalog
	err := c.do(ctx, newCall(http.MethodGet, "catalog").with(opts), &out)
	return out, err
}

// PutCatalog replaces the catalogs of the account types in file, which is YAML
// or JSON.
func (c *Client) PutCatalog(ctx context.Context, file []byte, params PutCatalogParams, opts ...CallOption) (CatalogChange, error) {
	var out CatalogChange
	call := newQuery(http.MethodPut, params, "catalog")
	call.body = file
	call.header.Set("Content-Type", "application/yaml")
	err := c.do(ctx, call.with(opts), &out)
	return out, err
}

// ImportOpenAPI makes a catalog of an OpenAPI document, which is YAML or JSON,
// and applies it.
func (c *Client) ImportOpenAPI(ctx context.Context, document []byte, params ImportOpenAPIParams, opts ...CallOption) (CatalogImport, error) {
	var out CatalogImport
	call := newQuery(http.MethodPost, params, "catalog", "import-openapi")
	call.body = document
	call.header.Set("Content-Type", "application/yaml")
	err := c.do(ctx, call.with(opts), &out)
	return out, err
}

// ExportCatalog gives the catalogs of all account types as a YAML file.
func (c *Client) ExportCatalog(ctx context.Context, opts ...CallOption) ([]byte, error) {
	call := newCall(http.MethodGet, "catalog", "export").with(opts)
	call.header.Set("Accept", "application/yaml")
	res, err := c.send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	file, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, c.transportError(call, err)
	}
	return file, nil
}
