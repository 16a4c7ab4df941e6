import { describe, expect, it } from "vitest";
import { noRules } from "@/test/policy";
import { type Draft, draftSchema, fieldsOf, type Policy, requestOf } from "./draft";

const good: Draft = {
  name: "Nightly export",
  description: "",
  version: "16",
  expiry: { kind: "never" },
  networks: [],
  metadata: [],
  decoy: false,
  primary: "ada",
  developers: [],
  scopes: ["jobs.list"],
};
const free: Policy = noRules;
const inVersion = (version: string, scopes: string[]) =>
  scopes.filter((id) => version === "16" || id !== "reports.new");

function faults(change: Partial<Draft>, policy: Partial<Policy> = {}) {
  const result = draftSchema({ ...free, ...policy }, inVersion).safeParse({ ...good, ...change });
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
}

describe("draftSchema", () => {
  it.each<[string, Partial<Draft>, Partial<Policy>, string[]]>([
    ["a good draft", {}, {}, []],
    ["no name", { name: "  " }, {}, ["name nameRequired"]],
    ["a name of 100 characters, each of two code units", { name: "🔑".repeat(100) }, {}, []],
    ["a name of 101", { name: "n".repeat(101) }, {}, ["name nameTooLong"]],
    ["a control character", { name: "a\u0007b" }, {}, ["name control"]],
    ["lines in the description", { description: "one\n\ttwo" }, {}, []],
    ["a long description", { description: "d".repeat(1001) }, {}, ["description descriptionTooLong"]],
    ["no contact", { primary: "" }, {}, ["primary primaryRequired"]],
    ["a wrong address", { developers: ["a@example.com", "b@"] }, {}, ["developers.1 notAnEmail"]],
    ["an address twice", { developers: ["a@example.com", "A@example.com"] }, {}, ["developers.1 twice"]],
    [
      "21 addresses",
      { developers: Array.from({ length: 21 }, (_, i) => `dev${i}@example.com`) },
      {},
      ["developers tooManyDevelopers"],
    ],
    ["a wrong network", { networks: ["10.0.0.0/33"] }, {}, ["networks.0 notANetwork"]],
    ["no network where one is wanted", {}, { require_cidrs: true }, ["networks networksRequired"]],
    ["a value without a key", { metadata: [{ key: "", value: "x" }] }, {}, ["metadata.0.key keyRequired"]],
    ["no end where one is wanted", {}, { require_expiry: true }, ["expiry expiryRequired"]],
    ["no end where life is bounded", {}, { max_lifetime_seconds: 86_400 }, ["expiry expiryRequired"]],
    ["no date", { expiry: { kind: "date", date: "" } }, {}, ["expiry dateRequired"]],
    ["a date that has been", { expiry: { kind: "date", date: "2020-01-01" } }, {}, ["expiry dateInPast"]],
    [
      "a date beyond the policy",
      { expiry: { kind: "date", date: "2999-01-01" } },
      { max_lifetime_seconds: 8_640_000 },
      ["expiry dateTooLate"],
    ],
    ["no scope", { scopes: [] }, {}, ["scopes scopesRequired"]],
    ["only scopes of another version", { version: "15", scopes: ["reports.new"] }, {}, ["scopes scopesRequired"]],
  ])("%s", (_, change, policy, expected) => {
    expect(faults(change, policy)).toEqual(expected);
  });
});

describe("requestOf", () => {
  const now = new Date("2026-11-23T12:00:00Z");

  it("says no more than was filled in", () => {
    expect(requestOf({ ...good, name: " Nightly export " }, ["jobs.list"], now)).toEqual({
      name: "Nightly export",
      description: undefined,
      version: "16",
      contacts: { primary: "ada", developers: [] },
      scopes: ["jobs.list"],
      expires_at: undefined,
      allowed_cidrs: undefined,
      metadata: undefined,
    });
  });

  it("says all that was filled in", () => {
    const draft: Draft = {
      ...good,
      description: "Pulls actions ",
      expiry: { kind: "days", days: 30 },
      networks: ["10.0.0.0/8"],
      metadata: [
        { key: "team", value: "data" },
        { key: "", value: "" },
      ],
      developers: ["dev@example.com"],
    };
    expect(requestOf(draft, ["jobs.list"], now)).toMatchObject({
      description: "Pulls actions",
      contacts: { primary: "ada", developers: ["dev@example.com"] },
      expires_at: "2026-12-23T12:00:00.000Z",
      allowed_cidrs: ["10.0.0.0/8"],
      metadata: { team: "data" },
    });
  });
});

it("has every field on one step", () => {
  expect([...fieldsOf("settings"), ...fieldsOf("contact"), ...fieldsOf("scopes")].sort()).toEqual(
    Object.keys(good).sort(),
  );
  expect(fieldsOf("review")).toEqual([]);
});
