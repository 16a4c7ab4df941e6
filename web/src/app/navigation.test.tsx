import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { ada, renderUI } from "@/test/render";
import { Navigation } from "./navigation";

async function links(may: string[], operator = false) {
  await renderUI(<Navigation />, { me: { ...ada, operator, may } });
  const main = within(await screen.findByRole("navigation", { name: "Main" }));
  return main.getAllByRole("link").map((link) => link.textContent);
}

it("shows members of an account what they may read", async () => {
  expect(await links(["getCatalog", "listTokens"])).toEqual(["Tokens", "Catalog"]);
});

it("leads admins to their own account", async () => {
  expect(await links(ada.may)).toEqual(["Tokens", "Catalog", "Account", "Audit log"]);
});

it("leads operators to all accounts and to the nodes", async () => {
  const may = ["getCatalog", "createMember", "listAccounts", "listAudit", "listNodes"];
  expect(await links(may, true)).toEqual(["Tokens", "Catalog", "Accounts", "Audit log", "Nodes"]);
});
