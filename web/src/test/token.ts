import type { Schema } from "@/api/client";
import { categories, versions } from "./catalog";

/** An active token in version 15 of the catalog for tests. */
export const token: Schema["Token"] = {
  id: "t1",
  account_id: "acme",
  name: "Nightly report",
  description: "Exports what happened",
  version: "15",
  contacts: { primary: "ada", developers: ["dev@example.com"] },
  scopes: ["jobs.list", "jobs.stop", "reports.export"],
  expires_at: null,
  allowed_cidrs: [],
  metadata: { team: "data" },
  claims: {},
  status: "active",
  secret_hint: "5fKq",
  generation: 1,
  created_at: "2026-11-01T12:00:00Z",
  created_by: "member:ada",
  updated_at: "2026-11-02T12:00:00Z",
  last_used_at: null,
  disabled_at: null,
  revoked_at: null,
  revoke_reason: "",
  leaked_at: null,
  decoy: false,
};

export const catalog: Schema["Catalog"] = {
  account_type: "partner",
  label: "Partner",
  default_version: "16",
  versions,
  categories,
  presets: [],
};
