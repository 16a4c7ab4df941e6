import { expect, it } from "vitest";
import { ApiError, type FieldError } from "@/api/client";
import { faultsOf, stepWith } from "./faults";

const sent = {
  name: "Export",
  contacts: { primary: "ada", developers: ["a@example.com", "b@example.com"] },
  scopes: ["jobs.list", "reports.export"],
  allowed_cidrs: ["10.0.0.0/8"],
  decoy: false,
};
const refusal = (...fields: string[]) =>
  new ApiError(422, "invalid_request", "", {
    fields: fields.map((field): FieldError => ({ field, code: "wrong_format", message: field })),
  });
const places = (...fields: string[]) =>
  faultsOf(refusal(...fields), sent).map(({ field, entry }) => (entry === undefined ? field : `${field}: ${entry}`));

it("finds the place of each fault", () => {
  expect(places("name", "expires_at", "contacts.primary", "contacts")).toEqual([
    "name",
    "expiry",
    "primary",
    "primary",
  ]);
  expect(places("contacts.developers", "contacts.developers.1")).toEqual(["developers", "developers: b@example.com"]);
  expect(places("scopes.1", "allowed_cidrs.0", "metadata.team")).toEqual([
    "scopes: reports.export",
    "networks: 10.0.0.0/8",
    "metadata: team",
  ]);
});

it("leaves out what has no place", () => {
  expect(places("claims", "Idempotency-Key", "claims.0")).toEqual([]);
});

it("puts a taken name at the name", () => {
  const faults = faultsOf(new ApiError(409, "name_taken", "Taken."), sent);
  expect(faults).toEqual([{ field: "name", code: "name_taken", message: "Taken." }]);
});

it("opens the first step with a fault", () => {
  expect(stepWith(faultsOf(refusal("scopes.1", "contacts.primary"), sent))).toBe("contact");
  expect(stepWith(faultsOf(refusal("scopes"), sent))).toBe("scopes");
  expect(stepWith([])).toBeUndefined();
});
