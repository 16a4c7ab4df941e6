import { expect, it } from "vitest";
import { parseSearch, stringifySearch } from "./search";

it.each([
  [{}, ""],
  [{ version: "1.10", name: "007" }, "?version=1.10&name=007"],
  [{ name: "null" }, "?name=null"],
  [{ scopes: "a.b,c.d" }, "?scopes=a.b,c.d"],
  [{ name: "a & b = c", description: "说明" }, "?name=a+%26+b+%3D+c&description=%E8%AF%B4%E6%98%8E"],
  [{ status: ["active", "expired"] }, "?status=active&status=expired"],
])("%o is %s", (search, text) => {
  expect(stringifySearch(search)).toBe(text);
  expect(parseSearch(text)).toEqual(search);
});

it("leaves out what is not there, and writes what is no text", () => {
  expect(stringifySearch({ a: undefined, b: null, c: [], d: 7, e: true })).toBe("?d=7&e=true");
});
