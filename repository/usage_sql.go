package repository

import "strings"

// usageColumn is a column of the counts, and its type in PostgreSQL.
type usageColumn struct{ name, kind string }

const timestamptz = "timestamptz"

var (
	keyColumns   = []usageColumn{{"token_id", "text"}, {"start", timestamptz}, {"code", "text"}, {"previous", "boolean"}}
	countColumns = append(keyColumns[:4:4],
		usageColumn{"n", "bigint"}, usageColumn{"last_at", timestamptz}, usageColumn{"last_ip", "text"}, usageColumn{"last_caller", "text"})
	partColumns = append(keyColumns[:4:4], usageColumn{"part", "text"}, usageColumn{"name", "text"}, usageColumn{"n", "bigint"})
)

func names(columns []usageColumn) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c.name
	}
	return strings.Join(list, ", ")
}

// rowsOf is rows as a table u, from a parameter that is a JSON array of objects.
func (r Usage) rowsOf(columns []usageColumn) string {
	if r.dialect == SQLite {
		return "json_each(?) AS u"
	}
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c.name + " " + strings.Replace(c.kind, timestamptz, "bigint", 1)
	}
	return "jsonb_to_recordset(CAST(? AS jsonb)) AS u (" + strings.Join(list, ", ") + ")"
}

// readers is the columns of u as they are stored.
func (r Usage) readers(columns []usageColumn) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		switch {
		case r.dialect == SQLite:
			list[i] = "u.value ->> '" + c.name + "'"
		case c.kind == timestamptz:
			list[i] = "timestamptz 'epoch' + u." + c.name + " * interval '1 microsecond'"
		default:
			list[i] = "u." + c.name
		}
	}
	return strings.Join(list, ", ")
}

// merge adds a row to the one that is there, and keeps the later last use.
func merge(table string) string {
	if table == "token_usage_parts" {
		return `ON CONFLICT (token_id, resolution, start, code, previous, part, name) DO UPDATE SET n = token_usage_parts.n + excluded.n`
	}
	return `ON CONFLICT (token_id, resolution, start, code, previous) DO UPDATE SET
		n = token_usage.n + excluded.n,
		last_ip = CASE WHEN excluded.last_at < token_usage.last_at THEN token_usage.last_ip ELSE excluded.last_ip END,
		last_caller = CASE WHEN excluded.last_at < token_usage.last_at THEN token_usage.last_caller ELSE excluded.last_caller END,
		last_at = CASE WHEN excluded.last_at < token_usage.last_at THEN token_usage.last_at ELSE excluded.last_at END`
}
