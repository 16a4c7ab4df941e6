import { describe, expect, it } from "vitest";
import { curl, curlBasic, envFile, envFileName, exampleRoute, go } from "./snippets";

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
  const scopes = [
    { routes: [{ method: "POST", path: "/a" }] },
    {
      routes: [
        { method: "GET", path: "/a/{id}" },
        { method: "GET", path: "/a" },
      ],
    },
  ];
  expect(exampleRoute(scopes)).toEqual({ method: "GET", path: "/a" });
  expect(exampleRoute(scopes.slice(0, 1))).toEqual({ method: "POST", path: "/a" });
  expect(exampleRoute([])).toBeUndefined();
});
