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
}

export const noPolicy: PolicyDraft = {
  life: "",
  unit: "days",
  require_expiry: false,
  require_cidrs: false,
  allow_self_rotation: false,
};

/** The policy with its time in the largest unit that needs no fraction. */
export function draftOf({ max_lifetime_seconds: seconds, ...rest }: Schema["Policy"]): PolicyDraft {
  if (!seconds) return { ...rest, life: "", unit: "days" };
  const unit = (Object.keys(units) as Unit[]).find((name) => seconds % units[name] === 0) ?? "seconds";
  return { ...rest, life: seconds / units[unit], unit };
}

export function policyOf({ life, unit, ...rest }: PolicyDraft): Schema["Policy"] {
  return { ...rest, max_lifetime_seconds: life === "" ? null : Math.round(life * units[unit]) };
}
