import { screen, within } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { Schema } from "@/api/client";
import { answer, renderUI } from "@/test/render";
import { token } from "@/test/token";
import { DecoyAlert } from "./decoy-alert";
import { LeakAlert } from "./leak-alert";

const leak: Schema["Leak"] = {
  url: "https://example.com/leaked",
  source: "report",
  reported_by: "203.0.113.9",
  secret: "current",
  outcome: "disabled",
  first_at: "2026-11-01T12:00:00Z",
  last_at: "2026-11-01T12:00:00Z",
  times: 2,
};
const leaked = { ...token, status: "disabled" as const, leaked_at: "2026-11-01T12:00:00Z" };
const answerWith = (...items: Schema["Leak"][]) =>
  answer({ "GET /tokens/t1/leaks": { body: { items, next_cursor: null } } });

it("says where a secret was found, what was done, and what is left to do", async () => {
  answerWith(leak);
  const act = vi.fn();
  const { user } = await renderUI(<LeakAlert token={leaked} editable onAct={act} />);
  const list = await screen.findByRole("list", { name: "Where it was found" });
  const link = await within(list).findByRole("link", { name: leak.url });
  expect(link).toHaveAttribute("rel", expect.stringContaining("noreferrer"));
  expect(list).toHaveTextContent(/the current secret · the token was disabled · reported from 203.0.113.9.*2 times/);
  expect(screen.getByRole("alert")).toHaveTextContent(/The token is disabled. Rotate the secret/);
  await user.click(screen.getByRole("button", { name: "Rotate secret…" }));
  expect(act).toHaveBeenCalledWith("rotate");
});

it("makes no link of what is no address on the web", async () => {
  answerWith({ ...leak, url: "javascript:alert(1)" }, { ...leak, url: "", first_at: "2026-11-02T12:00:00Z" });
  await renderUI(<LeakAlert token={leaked} editable={false} onAct={() => {}} />);
  expect(await screen.findByText("javascript:alert(1)")).toBeVisible();
  expect(screen.getByText("Whoever reported it did not say where.")).toBeVisible();
  expect(screen.queryByRole("link")).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Rotate secret…" })).not.toBeInTheDocument();
});

it("is silent about tokens that have not leaked and are no decoy", async () => {
  await renderUI(
    <>
      <LeakAlert token={token} editable onAct={() => {}} />
      <DecoyAlert token={token} />
    </>,
  );
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
});

it("tells who has tried a decoy, and for what", async () => {
  const use: Schema["DecoyUse"] = {
    address: "203.0.113.9",
    caller: "svc",
    method: "GET",
    path: "/v1/reports",
    scopes: ["jobs.list"],
    first_at: "2026-11-01T12:00:00Z",
    last_at: "2026-11-01T12:30:00Z",
    times: 3,
  };
  answer({ "GET /tokens/t1/decoy-uses": { body: { items: [use], next_cursor: null } } });
  await renderUI(<DecoyAlert token={{ ...token, decoy: true }} />);
  const list = await screen.findByRole("list", { name: "Who has tried it" });
  expect(list).toHaveTextContent(/203.0.113.9.*3 times.*GET \/v1\/reports.*for jobs.list/);
});
