package repository

import "strings"

const timestamptz = "timestamptz"

// usageColumns is the columns of the counts but the resolution, and their types
// in PostgreSQL.
var usageColumns = []struct{ name, kind string }{
	{"start", timestamptz},
	{"token_id", "text"},
	{"code", "text"},
	{"previous", "boolean"},
	{"n", "bigint"},
	{"last_at", timestamptz},
	{"last_ip", "text"},
	{"last_caller", "text"},
	{"scopes", "jsonb"},
	{"callers", "jsonb"},
}

func names() string {
	list := make([]string, len(usageColumns))
	for i, c := range usageColumns {
		list[i] = c.name
	}
	return strings.Join(list, ", ")
}

// rows is rows as a table u, from a parameter that is a JSON array of objects.
func (r Usage) rows() string {
	if r.dialect == SQLite {
		return "json_each(?) AS u"
	}
	list := make([]string, len(usageColumns))
	for i, c := range usageColumns {
		list[i] = c.name + " " + strings.Replace(c.kind, timestamptz, "bigint", 1)
	}
	return "jsonb_to_recordset(CAST(? AS jsonb)) AS u (" + strings.Join(list, ", ") + ")"
}

// readers is the columns of u as they are stored.
func (r Usage) readers() string {
	list := make([]string, len(usageColumns))
	for i, c := range usageColumns {
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
func (r Usage) merge() string {
	const later = "CASE WHEN excluded.last_at < token_usage.last_at THEN token_usage.%[1] ELSE excluded.%[1] END"
	set := []string{"n = token_usage.n + excluded.n"}
	for _, column := range []string{"last_at", "last_ip", "last_caller"} {
		set = append(set, column+" = "+strings.ReplaceAll(later, "%[1]", column))
	}
	for _, column := range []string{"scopes", "callers"} {
		set = append(set, column+" = "+r.sums(r.each("token_usage."+column)+" UNION ALL "+r.each("excluded."+column)))
	}
	return "ON CONFLICT (resolution, start, token_id, code, previous) DO UPDATE SET " + strings.Join(set, ", ")
}

// each is a query of the names and counts of a column.
func (r Usage) each(column string) string {
	if r.dialect == SQLite {
		return "SELECT key, value FROM json_each(" + column + ")"
	}
	return "SELECT key, value FROM jsonb_each_text(" + column + ")"
}

// sums is the sums, by name, of what a query of names and counts gives.
func (r Usage) sums(each string) string {
	object, number := "json_group_object", "value"
	if r.dialect == Postgres {
		object, number = "jsonb_object_agg", "CAST(value AS bigint)"
	}
	return "coalesce((SELECT " + object + "(key, n) FROM (SELECT key, sum(" + number + ") AS n FROM (" + each + ") AS each GROUP BY key) AS sums), '{}')"
}
