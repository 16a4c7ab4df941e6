import { afterEach, expect, it, vi } from "vitest";
import { answer } from "@/test/render";
import { actingAccount } from "./account";
import { ApiError, api, caller, isCode, unwrap, unwrapWithETag } from "./client";

afterEach(() => {
  actingAccount.set(undefined);
  Object.assign(caller, { operator: false, home: null });
});

const page = { items: [], next_cursor: null };

it("calls the API beside the console, in the reader's language", async () => {
  const calls = answer({ "GET /tokens": { body: page, headers: { ETag: '"7"' } } });
  expect(unwrapWithETag(await api.GET("/tokens"))).toEqual({ data: page, etag: '"7"' });
  expect(calls[0]?.url).toBe("http://localhost:3000/tokens");
  expect(calls[0]?.headers.get("Accept-Language")).toBe("en");
});

it("names the account for operators, and for nobody else", async () => {
  const calls = answer({ "GET /tokens": { body: page } });
  actingAccount.set("other");
  await api.GET("/tokens");
  Object.assign(caller, { operator: true, home: "own" });
  await api.GET("/tokens");
  actingAccount.set(undefined);
  await api.GET("/tokens");
  expect(calls.map((call) => call.headers.get("Tokenry-Account"))).toEqual([null, "other", "own"]);
});

it("makes an error of a problem", async () => {
  const fields = [{ field: "name", code: "required", message: "This is missing." }];
  const body = { status: 422, code: "invalid_request", detail: "Faults.", request_id: "R", need: "admin", fields };
  answer({ "GET /tokens": { status: 422, body, headers: { "Retry-After": "3" } } });
  const error = await api
    .GET("/tokens")
    .then(unwrap)
    .catch((reason) => reason);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 422,
    code: "invalid_request",
    message: "Faults.",
    requestId: "R",
    need: "admin",
  });
  expect(error).toMatchObject({ fields, retryAfter: 3, passes: false });
  expect(isCode(error, "invalid_request")).toBe(true);
});

it("makes an error of what a proxy answers", async () => {
  vi.stubGlobal("fetch", async () => new Response("<html>Bad Gateway</html>", { status: 502 }));
  const error = await api
    .GET("/tokens")
    .then(unwrap)
    .catch((reason) => reason);
  expect(error).toMatchObject({ status: 502, code: "http_502", passes: true });
});

it("says that there was no answer", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  const error = await api
    .GET("/tokens")
    .then(unwrap)
    .catch((reason) => reason);
  expect(error).toMatchObject({ status: 0, code: "offline", passes: true });
});
