import { describe, expect, it } from "vitest";
import { categories, scope, versions } from "@/test/catalog";
import { existsIn, found, inVersion, parted, readOnly, scopesOf, unmetNeeds, withScopes } from "./selection";

const ids = (some: ReturnType<typeof inVersion>) => scopesOf(some).map(({ id }) => id);

describe("existsIn", () => {
  it.each([
    [{}, "14", true],
    [{ since: "15" }, "14", false],
    [{ since: "15" }, "15", true],
    [{ since: "15" }, "16", true],
    [{ until: "15" }, "15", true],
    [{ until: "15" }, "16", false],
    [{ since: "15", until: "15" }, "15", true],
    [{}, "99", false],
  ])("a scope with %o in version %s: %s", (range, version, exists) => {
    expect(existsIn(scope("a.b", range), version, versions)).toBe(exists);
  });

  it("goes by the order of the versions, not by their names", () => {
    const order = [{ id: "9" }, { id: "10" }];
    expect(existsIn(scope("a.b", { since: "10" }), "9", order)).toBe(false);
  });
});

describe("inVersion", () => {
  it("hides what the version has not", () => {
    expect(ids(inVersion(categories, "16", versions))).toEqual([
      "jobs.list",
      "jobs.stop",
      "reports.export",
      "reports.share",
    ]);
    expect(ids(inVersion(categories, "15", versions))).toContain("reports.fax");
  });

  it("hides categories left empty", () => {
    const only16 = [{ id: "new", label: "New", description: "", scopes: [scope("new.a", { since: "16" })] }];
    expect(inVersion(only16, "15", versions)).toEqual([]);
  });
});

describe("found", () => {
  it.each([
    ["EXPORT a", ["reports.export"]],
    ["jobs.stop", ["jobs.stop"]],
    ["get /reports/share", ["reports.share"]],
    ["reports", ["reports.export", "reports.share", "reports.fax"]],
    ["  ", ["jobs.list", "jobs.stop", "reports.export", "reports.share", "reports.fax"]],
    ["nowhere", []],
  ])("%s", (text, expected) => {
    expect(ids(found(categories, text))).toEqual(expected);
  });
});

it("adds and takes out scopes, each once", () => {
  expect(withScopes(["a", "b"], ["b", "c"], true)).toEqual(["a", "b", "c"]);
  expect(withScopes(["a", "b", "c"], ["b", "x"], false)).toEqual(["a", "c"]);
});

it("parts what is chosen by what exists", () => {
  const in16 = inVersion(categories, "16", versions);
  expect(parted(["reports.fax", "jobs.list", "made.up"], in16)).toEqual({
    known: ["jobs.list"],
    unknown: ["reports.fax", "made.up"],
  });
});

it("knows everything that reads", () => {
  expect(readOnly(inVersion(categories, "16", versions))).toEqual(["jobs.list", "reports.export"]);
});

describe("unmetNeeds", () => {
  const needs = (...chosen: string[]) =>
    [...unmetNeeds(categories, new Set(chosen))].map(([id, missing]) => [id, missing.map((m) => m.id)]);

  it("names what a chosen scope needs", () => {
    expect(needs("reports.export")).toEqual([["reports.export", ["jobs.list"]]]);
  });

  it("is content once it is there, or the scope is not chosen", () => {
    expect(needs("reports.export", "jobs.list")).toEqual([]);
    expect(needs("jobs.stop")).toEqual([]);
  });

  it("names nothing that does not exist", () => {
    const lonely = [{ id: "a", label: "A", description: "", scopes: [scope("a.b", { needs: ["gone.scope"] })] }];
    expect([...unmetNeeds(lonely, new Set(["a.b"]))]).toEqual([]);
  });
});
