import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { Schema } from "@/api/client";
import { categories, versions } from "@/test/catalog";
import { noRules } from "@/test/policy";
import { ada, answer, renderUI } from "@/test/render";
import { CreatePage } from "./create-page";

const person = { id: "ada", name: "Ada Lovelace", email: "ada@example.com", role: "admin" };
const secret = "tkr_0NcLbQhmUQbZcuvcVwZfVG_7rWbTn2QeYx0LkJ9sVd4HcGm1uApZoXi5fKqRtB83Ey0C6wEo";
const catalog = {
  account_type: "partner",
  label: "Partner",
  default_version: "16",
  versions,
  categories,
  presets: [
    { id: "all", label: "Reports", description: "", versions: ["15", "16"], scopes: ["reports.export", "jobs.list"] },
  ],
};
const policy: Schema["Policy"] = noRules;
type Post = (request: Request) => Promise<{ status?: number; body?: unknown }>;

const created: Post = async (request) => ({
  status: 201,
  body: { ...(await request.json()), id: "0NcLbQhmUQbZcuvcVwZfVG", secret },
});

async function setup({
  search = "",
  post = created,
  rules = policy,
  me = ada,
}: {
  search?: string;
  post?: Post;
  rules?: Schema["Policy"];
  me?: Schema["Whoami"];
} = {}) {
  const calls = answer({
    "GET /catalog": { body: catalog },
    "GET /policy": { body: rules },
    "GET /contacts": { body: { items: [person], next_cursor: null } },
    "GET /console/config.json": { body: { help_url: "" } },
    "POST /tokens": post,
  });
  const view = await renderUI(<CreatePage />, { route: "/shell/tokens/new", path: `/tokens/new${search}`, me });
  return { ...view, posts: () => calls.filter(({ method }) => method === "POST") };
}

type User = Awaited<ReturnType<typeof setup>>["user"];
const title = (name: RegExp) => screen.findByRole("heading", { name, level: 2 });
const next = (user: User) => user.click(screen.getByRole("button", { name: "Next" }));

async function toReview(user: User) {
  await title(/Settings/);
  await next(user);
  await title(/Contact/);
  await waitFor(() => expect(screen.getByRole("combobox")).toHaveValue("Ada Lovelace (ada@example.com)"));
  await next(user);
  await title(/API scopes/);
  await next(user);
  await title(/Create/);
}

const link = "?name=Nightly%20export&scopes=jobs.list";

describe("CreatePage", () => {
  it("leads through four steps to the secret", async () => {
    const { user, posts } = await setup();
    await user.type(await screen.findByRole("textbox", { name: /Token name/ }), "Nightly export");
    expect(screen.getByRole("radio", { name: /Version 16/ })).toBeChecked();
    expect(screen.queryByRole("radio", { name: /Version 14/ })).not.toBeInTheDocument();
    expect(screen.getByText("Deprecated since Feb 2, 2026. Goes away on Mar 31, 2027.")).toBeVisible();
    await next(user);
    expect(await title(/Step 2 of 4:\s*Contact/)).toHaveFocus();
    await user.type(screen.getByRole("textbox", { name: "Developer e-mails" }), "dev@example.com");
    await next(user);
    expect(await title(/Step 3 of 4:\s*API scopes/)).toHaveFocus();
    await user.click(screen.getByRole("checkbox", { name: "Label of jobs.list" }));
    await next(user);
    await title(/Step 4 of 4:\s*Create/);
    expect(screen.getByText("dev@example.com")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Create token" }));
    expect(await screen.findByText(secret)).toBeVisible();
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("“Nightly export” is ready");
    expect(await posts()[0]?.json()).toEqual({
      name: "Nightly export",
      version: "16",
      contacts: { primary: "ada", developers: ["dev@example.com"] },
      scopes: ["jobs.list"],
    });
    expect(posts()[0]?.headers.get("Idempotency-Key")).toMatch(/^\w{16,}$/);
  });

  it("stays on a step with a fault, and goes to it", async () => {
    const { user } = await setup();
    await title(/Settings/);
    await next(user);
    expect(await screen.findByText("Give the token a name.")).toBeVisible();
    expect(screen.getByRole("textbox", { name: /Token name/ })).toHaveFocus();
  });

  it("asks for a scope, where one looks", async () => {
    const { user } = await setup({ search: "?name=Export" });
    await title(/Settings/);
    await next(user);
    await title(/Contact/);
    await waitFor(() => expect(screen.getByRole("combobox")).toHaveValue("Ada Lovelace (ada@example.com)"));
    await next(user);
    await title(/API scopes/);
    await next(user);
    const search = screen.getByRole("searchbox");
    await waitFor(() => expect(search).toHaveFocus());
    expect(search).toHaveAccessibleDescription("Choose at least one scope.");
    await user.click(screen.getByRole("checkbox", { name: "Label of jobs.list" }));
    await next(user);
    await title(/Create/);
  });

  it("keeps what is typed over steps, and over a change of the version", async () => {
    const { user } = await setup({ search: "?name=Export&version=15&scopes=reports.fax,jobs.list" });
    await toReview(user);
    await user.click(screen.getByRole("button", { name: "Edit: Settings" }));
    await user.click(await screen.findByRole("radio", { name: /Version 16/ }));
    expect(
      screen.getByText(/1 chosen scope does not exist in version 16 and will be left out: reports.fax/),
    ).toBeVisible();
    await user.click(screen.getByRole("button", { name: /Create/ }));
    await title(/Create/);
    expect(screen.getByText("1 scope")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Edit: Settings" }));
    await user.click(await screen.findByRole("radio", { name: /Version 15/ }));
    await user.click(screen.getByRole("button", { name: /Create/ }));
    await title(/Create/);
    expect(screen.getByText("2 scopes")).toBeVisible();
  });

  it("says what of a link it could not use", async () => {
    const { user } = await setup({ search: "?version=99&scopes=made.up,jobs.list&name=007" });
    expect(await screen.findByRole("textbox", { name: /Token name/ })).toHaveValue("007");
    expect(screen.getByText(/asks for version 99/)).toBeVisible();
    expect(screen.getByText(/left out: made.up/)).toBeVisible();
    await toReview(user);
    const scopes = screen.getByRole("region", { name: "API scopes" });
    expect(within(scopes).getByText("Label of jobs.list")).toBeVisible();
  });

  it("chooses the scopes of a preset, and takes them back", async () => {
    const { user } = await setup({ search: link });
    const preset = await screen.findByRole("button", { name: /Reports/ });
    await user.click(preset);
    expect(preset).toHaveAttribute("aria-pressed", "true");
    await toReview(user);
    expect(screen.getByText("2 scopes")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Edit: Settings" }));
    await user.click(await screen.findByRole("button", { name: /^Reports/ }));
    await toReview(user);
    expect(screen.getByText("1 scope")).toBeVisible();
  });

  it("opens the step of what the server refuses, with the fault at its field", async () => {
    const fields = [{ field: "contacts.primary", code: "not_a_contact", message: "She has left." }];
    const { user } = await setup({
      search: link,
      post: async () => ({ status: 422, body: { code: "invalid_request", detail: "Faults.", fields } }),
    });
    await toReview(user);
    await user.click(screen.getByRole("button", { name: "Create token" }));
    await title(/Contact/);
    expect(screen.getByText("She has left.")).toBeVisible();
    await waitFor(() => expect(screen.getByRole("combobox")).toHaveFocus());
  });

  it("marks the scope that the server refuses", async () => {
    const fields = [{ field: "scopes.0", code: "unknown_scope", message: "There is no such scope." }];
    const { user } = await setup({
      search: link,
      post: async () => ({ status: 422, body: { code: "invalid_request", detail: "Faults.", fields } }),
    });
    await toReview(user);
    await user.click(screen.getByRole("button", { name: "Create token" }));
    await title(/API scopes/);
    expect(screen.getByRole("checkbox", { name: "Label of jobs.list" })).toHaveAccessibleDescription(
      /There is no such scope\./,
    );
  });

  it("puts a taken name at the name, and sends another with another key", async () => {
    const post = vi.fn<Post>(created).mockResolvedValueOnce({
      status: 409,
      body: { code: "name_taken", detail: "You already have a token of that name." },
    });
    const { user, posts } = await setup({ search: link, post });
    await toReview(user);
    await user.click(screen.getByRole("button", { name: "Create token" }));
    expect(await screen.findByText("You already have a token of that name.")).toBeVisible();
    const name = screen.getByRole("textbox", { name: /Token name/ });
    await waitFor(() => expect(name).toHaveFocus());
    await user.type(name, " 2");
    expect(screen.queryByText("You already have a token of that name.")).not.toBeInTheDocument();
    await toReview(user);
    await user.click(screen.getByRole("button", { name: "Create token" }));
    await screen.findByText(secret);
    const [first, second] = posts().map((request) => request.headers.get("Idempotency-Key"));
    expect(second).not.toBe(first);
  });

  it("repeats a call whose answer was lost, with the same key and body", async () => {
    const post = vi.fn<Post>(created).mockRejectedValueOnce(new TypeError("Failed to fetch"));
    const { user, posts } = await setup({ search: link, post });
    await toReview(user);
    await user.click(screen.getByRole("button", { name: "Create token" }));
    await screen.findByText(secret);
    expect(posts()).toHaveLength(2);
    const [first, second] = posts();
    expect(second?.headers.get("Idempotency-Key")).toBe(first?.headers.get("Idempotency-Key"));
    expect(await second?.text()).toBe(await first?.text());
  });

  it("asks for what the account's policy wants", async () => {
    const { user } = await setup({
      search: link,
      rules: { ...policy, max_lifetime_seconds: 90 * 86_400, require_cidrs: true },
    });
    expect(await screen.findByRole("radio", { name: "After 90 days" })).toBeChecked();
    expect(screen.queryByRole("radio", { name: "Never" })).not.toBeInTheDocument();
    await next(user);
    expect(await screen.findByText(/wants every token to be bound to networks\. Add/)).toBeVisible();
  });

  it("asks before what was typed is lost, but not before", async () => {
    const { user, router } = await setup();
    await user.type(await screen.findByRole("textbox", { name: /Token name/ }), "N");
    void router.navigate({ to: "/tokens" as never });
    expect(await screen.findByRole("dialog", { name: "Leave this page?" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Leave" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/tokens"));
  });

  it("forgets the secret when the page is left", async () => {
    const { user, queryClient, router } = await setup({ search: link });
    await toReview(user);
    await user.click(screen.getByRole("button", { name: "Create token" }));
    await screen.findByText(secret);
    await user.click(screen.getByRole("checkbox", { name: "I have stored it" }));
    await user.click(screen.getByRole("button", { name: "Go to the token" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/tokens/0NcLbQhmUQbZcuvcVwZfVG"));
    await waitFor(() => expect(queryClient.getMutationCache().getAll()).toEqual([]));
    expect(
      JSON.stringify(
        queryClient
          .getQueryCache()
          .getAll()
          .map(({ state }) => state.data),
      ),
    ).not.toContain(secret);
    expect(document.body.innerHTML).not.toContain(secret);
  });

  it("says so to who may not create tokens", async () => {
    await setup({ me: { ...ada, role: "viewer", may: ["getCatalog"] } });
    expect(await screen.findByText("You may look, but not create")).toBeVisible();
  });
});
