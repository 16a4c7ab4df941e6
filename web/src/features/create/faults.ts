import type { ApiError, FieldError, Schema } from "@/api/client";
import { type Draft, type Step, stepOf, steps } from "./draft";

/** A fault that the server found, at its place in the draft. */
export interface Fault {
  field: keyof Draft;
  /** Which of a list's entries, by what it says; undefined for the field as a whole. */
  entry?: string;
  code: string;
  message: string;
}

type Request = Schema["CreateTokenRequest"];

const fields: Record<string, keyof Draft> = {
  name: "name",
  description: "description",
  version: "version",
  expires_at: "expiry",
  allowed_cidrs: "networks",
  metadata: "metadata",
  decoy: "decoy",
  contacts: "primary",
  "contacts.primary": "primary",
  "contacts.developers": "developers",
  scopes: "scopes",
};

/** The faults of a refused request, at their places; what has no place in the draft is left out. */
export function faultsOf(error: ApiError, sent: Request): Fault[] {
  if (error.code === "name_taken") return [{ field: "name", code: error.code, message: error.message }];
  return error.fields.flatMap((fault) => placed(fault, sent));
}

/** The first step that has a fault. */
export function stepWith(faults: Fault[]): Step | undefined {
  return steps.find((step) => faults.some((fault) => stepOf[fault.field] === step));
}

function placed({ field, code, message }: FieldError, sent: Request): Fault[] {
  const whole = fields[field];
  if (whole) return [{ field: whole, code, message }];
  const [, list = "", entry = ""] = /^(.+)\.([^.]+)$/.exec(field) ?? [];
  const target = fields[list];
  return target ? [{ field: target, entry: entryOf(target, entry, sent), code, message }] : [];
}

function entryOf(field: keyof Draft, at: string, sent: Request): string | undefined {
  switch (field) {
    case "networks":
      return sent.allowed_cidrs?.[Number(at)];
    case "developers":
      return sent.contacts.developers?.[Number(at)];
    case "scopes":
      return sent.scopes[Number(at)];
    case "metadata":
      return at;
    default:
      return undefined;
  }
}
