import type { Schema } from "@/api/client";

export const units = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 } as const;
export type Unit = keyof typeof units;

/** A policy as a form holds it. */
export interface PolicyDraft {
  /** How many units a token may live; empty for no bound. */
  life: number | "";
  unit: Unit;
  require_expiry: boolean;
  require_cidrs: boolean;
  allow_self_rotation: boolean;
  leak_policy: Schema["LeakPolicy"];
  /** After how many days without use people are told; empty for never. */
  unused_after_days: number | "";
  unused_disable: boolean;
}

export const noPolicy: PolicyDraft = {
  life: "",
  unit: "days",
  require_expiry: false,
  require_cidrs: false,
  allow_self_rotation: false,
  leak_policy: "disable",
  unused_after_days: "",
  unused_disable: false,
};

/** The policy with its time in the largest unit that needs no fraction. */
export function draftOf({ max_lifetime_seconds: seconds, ...policy }: Schema["Policy"]): PolicyDraft {
  const rest = { ...policy, unused_after_days: policy.unused_after_days ?? ("" as const) };
  if (!seconds) return { ...rest, life: "", unit: "days" };
  const unit = (Object.keys(units) as Unit[]).find((name) => seconds % units[name] === 0) ?? "seconds";
  return { ...rest, life: seconds / units[unit], unit };
}

export function policyOf({ life, unit, unused_after_days: unused, ...rest }: PolicyDraft): Schema["Policy"] {
  return {
    ...rest,
    max_lifetime_seconds: life === "" ? null : Math.round(life * units[unit]),
    unused_after_days: unused === "" ? null : unused,
    // Without a number of days nothing is told, and so nothing disabled.
    unused_disable: rest.unused_disable && unused !== "",
  };
}
