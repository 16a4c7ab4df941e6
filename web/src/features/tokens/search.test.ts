import { describe, expect, it } from "vitest";
import { parseSearch, stringifySearch } from "@/app/search";
import { countFilters, type TokensSearch, tokensSearch } from "./search";
import { queryOf } from "./use-tokens";

describe("the address", () => {
  it.each<TokensSearch>([
    {},
    { q: "007" },
    { status: ["active"] },
    { status: ["active", "revoked"] },
    { unused: true },
    { created: "7", version: "1.10", scope: "jobs.list", contact: "missing", sort: "-name", cursor: "next" },
  ])("keeps %j", (search) => {
    expect(tokensSearch.parse(parseSearch(stringifySearch(search)))).toEqual(search);
  });

  it.each(["?status=lost", "?status=active&status=lost", "?unused=1", "?created=8", "?sort=id", "?q="])(
    "drops what makes no sense: %s",
    (address) => {
      const search = tokensSearch.parse(parseSearch(address));
      expect(Object.values(search).filter((value) => value !== undefined)).toEqual([]);
    },
  );

  it("counts filters, not the order or the page", () => {
    expect(countFilters({ q: "a", status: ["active", "revoked"], sort: "name", cursor: "c" })).toBe(2);
  });
});

describe("the question", () => {
  const now = Date.parse("2026-11-23T12:00:00Z");
  it.each<[TokensSearch, object]>([
    [{ created: "7" }, { created_after: "2026-11-16T12:00:00.000Z" }],
    [{ created: "30" }, { created_after: "2026-10-24T12:00:00.000Z" }],
    [{ created: "older" }, { created_before: "2026-10-24T12:00:00.000Z" }],
    [{ unused: true }, { unused_since: "2026-08-25T12:00:00.000Z" }],
    [{ contact: "ada" }, { contact: "ada" }],
    [{ contact: "missing" }, { contact_missing: true }],
    [
      { q: "a", status: ["active"], sort: "name", cursor: "c" },
      { q: "a", status: ["active"], sort: "name", cursor: "c" },
    ],
  ])("is, for %j, %j", (search, expected) => {
    expect(JSON.parse(JSON.stringify(queryOf(search, now)))).toEqual(expected);
  });
});
