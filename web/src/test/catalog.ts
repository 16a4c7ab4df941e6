import type { Schema } from "@/api/client";
import type { Category, Scope } from "@/ui/scope-picker/selection";

export function scope(id: string, more: Partial<Scope> = {}): Scope {
  return {
    id,
    label: `Label of ${id}`,
    description: "",
    access: "read",
    sensitive: false,
    since: null,
    until: null,
    routes: [{ method: "GET", path: `/${id.replace(".", "/")}` }],
    needs: [],
    ...more,
  };
}

/** Versions 14 (retired), 15 (deprecated) and 16; reports need jobs; one scope is in 16 alone, one in 15 and before. */
export const categories: Category[] = [
  {
    id: "jobs",
    label: "Jobs",
    description: "What runs for a while",
    scopes: [scope("jobs.list"), scope("jobs.stop", { access: "write" })],
  },
  {
    id: "reports",
    label: "Reports",
    description: "",
    scopes: [
      scope("reports.export", { needs: ["jobs.list"], label: "Export a report" }),
      scope("reports.share", { access: "write", sensitive: true, since: "16" }),
      scope("reports.fax", { until: "15" }),
    ],
  },
];

export const versions: Schema["Version"][] = [
  { id: "14", state: "retired", released: null, deprecated: null, sunset: null, at_sunset: "report", docs_url: null },
  {
    id: "15",
    state: "deprecated",
    released: "2024-01-01T00:00:00Z",
    deprecated: "2026-02-02T00:00:00Z",
    sunset: "2027-03-31T00:00:00Z",
    at_sunset: "report",
    docs_url: "https://example.com/docs/15",
  },
  {
    id: "16",
    state: "current",
    released: null,
    deprecated: null,
    sunset: null,
    at_sunset: "report",
    docs_url: "https://example.com/docs/16",
  },
];
