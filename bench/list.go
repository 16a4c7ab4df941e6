package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tokenry/tokenry/repository"
)

// slow is what no list call should take.
const slow = 50 * time.Millisecond

// orders is what lists can be sorted by, as SQL.
var orders = map[string]string{
	"created_at":   "created_at",
	"name":         "name_folded",
	"last_used_at": "(SELECT at FROM token_last_uses WHERE token_id = id)",
	"expires_at":   "coalesce(expires_at, timestamptz '9999-12-31 23:59:59+00')",
}

// list measures GET /tokens in an account of very many tokens.
func (b *bench) list(ctx context.Context) error {
	url, err := b.database(ctx)
	if err != nil {
		return err
	}
	subject, err := b.tokenry(ctx, url)
	if err != nil {
		return err
	}
	defer subject.stop()
	scopes, err := subject.scopes(ctx)
	if err != nil {
		return err
	}
	members, err := subject.members(ctx)
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := fill(ctx, conn, b.tokens, scopes, members); err != nil {
		return errors.Join(fmt.Errorf("fill: %w", err), conn.Close(ctx))
	}
	fmt.Printf("\n%d tokens in %.0f s\n", b.tokens, time.Since(began).Seconds())
	cursors, err := b.cursors(ctx, conn)
	if err != nil {
		return errors.Join(err, conn.Close(ctx))
	}
	t := b.report.table(fmt.Sprintf("List, %d tokens in one account, PostgreSQL", b.tokens),
		"Each filter with every order, both directions, the first page and one from the middle, five times each, one call at a time. "+
			"The slowest order and page of each filter counts.",
		"filter", "median of its pages", "slowest page: p50", "max", "which", "goal")
	meaning := replacements(scopes, members)
	for _, filter := range filters {
		if err := subject.listAll(ctx, t, filter, meaning.Replace(filter), cursors); err != nil {
			return err
		}
	}
	return conn.Close(ctx)
}

// scopes is the catalog's scopes.
func (t *tokenry) scopes(ctx context.Context) ([]string, error) {
	var catalog struct {
		Categories []struct{ Scopes []struct{ ID string } }
	}
	if err := t.call(ctx, http.MethodGet, "/catalog", nil, &catalog); err != nil {
		return nil, err
	}
	var ids []string
	for _, category := range catalog.Categories {
		for _, scope := range category.Scopes {
			ids = append(ids, scope.ID)
		}
	}
	return ids, nil
}

// cursors is, by sort, the cursor of a page in the middle of all tokens.
func (b *bench) cursors(ctx context.Context, conn *pgx.Conn) (map[string]string, error) {
	cursors := map[string]string{}
	for order, sql := range orders {
		var at repository.Position
		var value any = &at.Time
		if order == "name" {
			value = &at.Text
		}
		err := conn.QueryRow(ctx, fmt.Sprintf(`SELECT %s, id FROM tokens WHERE account_id = $1 AND deleted_at IS NULL
			ORDER BY 1, 2 OFFSET $2 LIMIT 1`, sql), demoAccount, b.tokens/2).Scan(value, &at.ID)
		if err != nil {
			return nil, err
		}
		for _, sort := range []string{order, "-" + order} {
			text, err := json.Marshal(map[string]any{"o": sort, "p": at})
			if err != nil {
				return nil, err
			}
			cursors[sort] = base64.RawURLEncoding.EncodeToString(text)
		}
	}
	return cursors, nil
}

// listAll measures a filter with every order and page.
func (t *tokenry) listAll(ctx context.Context, into *table, name, filter string, cursors map[string]string) error {
	var medians []time.Duration
	var worst, worstMax time.Duration
	var which string
	for sort, cursor := range cursors {
		for _, page := range []string{"first", "middle"} {
			query, err := url.ParseQuery(filter)
			if err != nil {
				return err
			}
			query.Set("sort", sort)
			if page == "middle" {
				query.Set("cursor", cursor)
			}
			if page == "middle" && strings.HasSuffix(sort, "created_at") &&
				(query.Has("created_after") || query.Has("created_before") || query.Has("unused_since")) {
				continue // no list of such a filter gives that cursor
			}
			took, err := t.timeList(ctx, query.Encode())
			if err != nil {
				return err
			}
			medians = append(medians, took[len(took)/2])
			if took[len(took)/2] >= worst {
				worst, worstMax, which = took[len(took)/2], took[len(took)-1], sort+", "+page
			}
		}
	}
	slices.Sort(medians)
	into.add(worst < slow, "`"+name+"`", milliseconds(medians[len(medians)/2]), milliseconds(worst), milliseconds(worstMax), which, "< 50 ms")
	return nil
}

// timeList calls a list several times, after once to warm up, and gives the
// times in order.
func (t *tokenry) timeList(ctx context.Context, query string) ([]time.Duration, error) {
	var took []time.Duration
	for i := range 6 {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+t.address+"/tokens?"+query, http.NoBody)
		if err != nil {
			return nil, err
		}
		for name, value := range t.header() {
			req.Header.Set(name, value)
		}
		began := time.Now()
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(answer.Body)
		if err := errors.Join(err, answer.Body.Close()); err != nil {
			return nil, err
		}
		if answer.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("list %s: %s: %s", query, answer.Status, text)
		}
		if i > 0 {
			took = append(took, time.Since(began))
		}
	}
	slices.Sort(took)
	return took, nil
}
