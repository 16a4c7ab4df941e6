import type { Schema } from "@/api/client";

/** What an account asks of its tokens unless somebody says otherwise. */
export const noRules: Schema["Policy"] = {
  max_lifetime_seconds: null,
  require_expiry: false,
  require_cidrs: false,
  allow_self_rotation: false,
  leak_policy: "disable",
  unused_after_days: null,
  unused_disable: false,
};
