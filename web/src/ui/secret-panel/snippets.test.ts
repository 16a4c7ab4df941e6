import { describe, expect, it } from "vitest";
import { curl, curlBasic, envFile, envFileName, exampleRoute, filledIn, go } from "./snippets";

const holder = { id: "0NcLbQhmUQbZcuvcVwZfVG", name: "Nightly\nreport export" };

it("writes a file that sets the variables", () => {
  expect(envFile(holder, "tkr_secret")).toBe(
    "# Nightly report export\nAPI_TOKEN_ID=0NcLbQhmUQbZcuvcVwZfVG\nAPI_TOKEN=tkr_secret\n",
  );
});

it.each([
  ["Nightly report export", "nightly-report-export.env"],
  ["../../etc/passwd", "etc-passwd.env"],
  ["每日报表", "每日报表.env"],
  ["!!!", "token.env"],
])("names the file of %s", (name, file) => {
  expect(envFileName({ ...holder, name })).toBe(file);
});

describe("the examples", () => {
  const route = { method: "POST", path: "/jobs/{id}" };

  it("call a route of the token", () => {
    expect(curl(route, "a.env")).toContain('--request POST "https://api.example.com/jobs/{id}"');
    expect(go(route)).toContain('http.NewRequest("POST", "https://api.example.com/jobs/{id}", nil)');
  });

  it("read the secret from the environment", () => {
    expect(curl(undefined, "a.env")).toContain('"Authorization: Bearer $API_TOKEN"');
    expect(curlBasic(undefined, "每日 a.env")).toMatch(/\. \.\/'每日 a\.env';.*--user "\$API_TOKEN_ID:\$API_TOKEN"/s);
    expect(go(undefined)).toContain('os.Getenv("API_TOKEN")');
  });
});

it("prefers a route that reads and has no parameters", () => {
  const posted = { method: "POST", path: "/a" };
  const one = { method: "GET", path: "/a/{id}" };
  const all = { method: "GET", path: "/a" };
  expect(exampleRoute([posted, one, all])).toEqual(all);
  expect(exampleRoute([posted, one])).toEqual(one);
  expect(exampleRoute([posted])).toEqual(posted);
  expect(exampleRoute([])).toBeUndefined();
});

it("fills in parameters that must be a fact of the token, and no other", () => {
  const bind = { Token: "token_id", Account: "account_id", Partner: "account_external_id" } as const;
  const route = { method: "GET", path: "/{Account}/{Token}/{Partner}/{id}" };
  expect(filledIn(route, bind, { id: "tok", account_id: "acme" })?.path).toBe("/acme/tok/{Partner}/{id}");
  expect(filledIn(route, undefined, { id: "tok", account_id: "acme" })).toEqual(route);
});
