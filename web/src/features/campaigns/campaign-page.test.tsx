import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { versions } from "@/test/catalog";
import { ada, answer, renderUI } from "@/test/render";
import { CampaignPage } from "./campaign-page";
import type { CampaignToken } from "./use-campaign";

const me = { ...ada, may: [...ada.may, "getCampaign", "acknowledgeVersion"] };
const late: CampaignToken = {
  token_id: "t1",
  name: "Nightly report",
  status: "active",
  account_id: "acme",
  account_name: "Acme",
  contact: { id: "lin", name: "Lin Wei", email: "lin@example.com", active: false },
  developers: [],
  last_used_at: null,
  told: [{ email: "dev@example.com", state: "failed", at: "2026-11-01T12:00:00Z" }],
  acknowledged_at: null,
  acknowledged_by: null,
};
const knows: CampaignToken = {
  ...late,
  token_id: "t2",
  name: "Export",
  acknowledged_at: "2026-11-02T12:00:00Z",
  acknowledged_by: "Ada Lovelace",
};

async function open(campaign: Partial<Schema["Campaign"]> = {}, who = me, query = "") {
  const version = versions[1] as Schema["Version"];
  const calls = answer({
    "GET /versions/15/campaign": {
      body: {
        account_type: "partner",
        version,
        refused: false,
        totals: { tokens: 2, accounts: 1, used: 1, acknowledged: 1 },
        items: [late, knows],
        next_cursor: null,
        ...campaign,
      },
    },
    "POST /tokens/t1/acknowledge": { body: {} },
  });
  const path = `/versions/15${query}`;
  return { calls, ...(await renderUI(<CampaignPage />, { me: who, route: "/shell/versions/$version", path })) };
}

it("says who still uses the version, who was told, and who knows", async () => {
  const { user, calls } = await open();
  const [first, second] = within(await screen.findByRole("list", { name: "Tokens of the version" })).getAllByRole(
    "listitem",
  );
  expect(first).toHaveTextContent(/Nightly report.*never used.*deactivated: gets no mail.*could not be delivered/);
  expect(second).toHaveTextContent(/Acknowledged by Ada Lovelace/);
  expect(screen.getByText(/It goes away on Mar 31, 2027. Its tokens are not refused then/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Acknowledge for Nightly report" }));
  expect(await screen.findByText("It is noted that you know.")).toBeVisible();
  expect(calls.some(({ url }) => url.endsWith("/tokens/t1/acknowledge"))).toBe(true);
});

it("shows operators all accounts of a type", async () => {
  const { calls } = await open({}, { ...me, operator: true }, "?type=partner");
  expect((await screen.findAllByText(/Acme ·/))[0]).toBeVisible();
  const [asked] = calls.filter(({ url }) => url.includes("/campaign"));
  expect(asked?.headers.get("Tokenry-Account")).toBe("");
  expect(asked?.url).toContain("account_type=partner");
});

it("has nothing to acknowledge where the version stays", async () => {
  const version = versions[2] as Schema["Version"];
  await open({ version, items: [{ ...late }] });
  expect(await screen.findByText(/nobody is asked to leave it/)).toBeVisible();
  expect(screen.queryByRole("button", { name: /Acknowledge/ })).not.toBeInTheDocument();
});

it("says when nobody is left", async () => {
  await open({ items: [], totals: { tokens: 0, accounts: 0, used: 0, acknowledged: 0 } });
  expect(await screen.findByText("Nobody uses it any more")).toBeVisible();
});
