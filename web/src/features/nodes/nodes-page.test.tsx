import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { answer, renderUI } from "@/test/render";
import { NodesPage } from "./nodes-page";
import { leaseOf } from "./use-nodes";

const now = "2026-11-23T12:00:00Z";
const node = (more: Partial<Schema["Node"]> = {}): Schema["Node"] => ({
  id: "n1",
  name: "web-1/4711",
  version: "v1.0.0",
  lease_seconds: 15,
  applied: 1207,
  behind: 0,
  renewed_at: now,
  started_at: "2026-11-20T08:00:00Z",
  self: false,
  ...more,
});

function answerWith(items: Schema["Node"][], database: Partial<Schema["Database"]> = {}) {
  answer({
    "GET /nodes": {
      headers: { Date: new Date(now).toUTCString() },
      body: {
        items,
        next_cursor: null,
        sequence: 1207,
        database: { dialect: "postgres", version: "17.2", synchronous: "on", standby: true, ...database },
      },
    },
    "GET /readyz": { body: { status: "ready", lease: "held", database: "up" } },
  });
}

it("says of each node whether its lease is held and how far it has got", async () => {
  answerWith([
    node({ self: true }),
    node({ id: "n2", name: "web-2/17", applied: 1204, behind: 3, renewed_at: "2026-11-23T11:59:50Z" }),
  ]);
  await renderUI(<NodesPage />);
  const [first, second] = await screen.findAllByRole("listitem");
  expect(first).toHaveTextContent(/web-1\/4711.*answers you.*Held.*1,207.*up to date/);
  expect(second).toHaveTextContent(/web-2\/17.*Renewal is late.*renewed 10 s ago.*1,204.*3 changes behind/);
});

it("tells of the database, and warns where a failover may undo changes", async () => {
  answerWith([node({ self: true })], { standby: false });
  await renderUI(<NodesPage />);
  const database = within(await screen.findByRole("region", { name: "Database" }));
  expect(await database.findByText("Reachable")).toBeVisible();
  expect(database.getByText("PostgreSQL 17.2")).toBeVisible();
  expect(database.getByText("A failover may undo the last changes")).toBeVisible();
});

it("says why there is nothing to see", async () => {
  answer({
    "GET /nodes": { status: 503, body: { code: "try_again", detail: "Not now." } },
    "GET /readyz": { status: 503, body: { status: "not_ready", lease: "lost", database: "down" } },
  });
  await renderUI(<NodesPage />);
  expect(await screen.findByRole("alert")).toHaveTextContent("Not now.");
});

describe("a lease", () => {
  it.each([
    ["2026-11-23T11:59:59Z", "held"],
    ["2026-11-23T11:59:52Z", "late"],
    ["2026-11-23T11:59:40Z", "ended"],
    ["2026-11-23T12:00:04Z", "held"],
  ])("renewed at %s is %s", (renewed_at, state) => {
    expect(leaseOf(node({ renewed_at }), Date.parse(now))).toBe(state);
  });
});
