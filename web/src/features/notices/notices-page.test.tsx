import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { ada, answer, renderUI } from "@/test/render";
import { NoticesPage } from "./notices-page";

const notice: Schema["Notice"] = {
  id: "n1",
  event_id: "e1",
  type: "token.leaked",
  account_id: "acme",
  token_id: "t1",
  recipient: { email: "dev@example.com", name: "", member_id: null, role: "developer" },
  state: "waiting",
  reason: "",
  attempts: 0,
  mail_id: null,
  created_at: "2026-11-01T12:00:00Z",
  settled_at: null,
};
const config = {
  sign_in: { oidc: false, link: true },
  help_url: "",
  public_url: "",
  secret_prefix: "tkr",
  version: "",
};

async function open(items: Schema["Notice"][], configured = true, path = "/notices") {
  const calls = answer({
    "GET /notices": { body: { items, next_cursor: null, mail: { configured } } },
    "GET /console/config.json": { body: config },
  });
  return { calls, ...(await renderUI(<NoticesPage />, { me: ada, route: "/shell/notices", path })) };
}

it("says who was told of what, and how that went", async () => {
  await open([
    notice,
    { ...notice, id: "n2", state: "failed", reason: "550 no such user", type: "token.newer" },
    { ...notice, id: "n3", state: "dropped", reason: "unsubscribed", token_id: null },
  ]);
  const [waiting, failed, dropped] = await screen.findAllByRole("listitem");
  expect(waiting).toHaveTextContent(/Secret leaked.*dev@example.com.*developer e-mail.*Waiting/);
  expect(failed).toHaveTextContent(/token.newer.*Failed.*The mail server said: 550 no such user/);
  expect(dropped).toHaveTextContent(/Not needed.*They have unsubscribed/);
  expect(screen.queryByText("Mail cannot be sent")).not.toBeInTheDocument();
});

it("says that there is no mail server", async () => {
  await open([notice], false);
  expect(await screen.findByRole("alert")).toHaveTextContent(/TOKENRY_SMTP_URL/);
});

it("narrows by what the address says, and teaches where there is nothing", async () => {
  const { calls } = await open([], true, "/notices?state=failed&token=t1");
  expect(await screen.findByText("No notice matches")).toBeVisible();
  expect(calls.find(({ url }) => url.includes("/notices"))?.url).toMatch(/state=failed&token_id=t1/);
});
