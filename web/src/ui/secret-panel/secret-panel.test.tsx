import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { categories, versions } from "@/test/catalog";
import { answer, renderUI } from "@/test/render";
import { SecretPanel } from "./secret-panel";

const secret = "tkr_0NcLbQhmUQbZcuvcVwZfVG_7rWbTn2QeYx0LkJ9sVd4HcGm1uApZoXi5fKqRtB83Ey0C6wEo";
const token = { id: "0NcLbQhmUQbZcuvcVwZfVG", account_id: "acme", name: "Nightly export", scopes: ["jobs.list"] };

async function setup() {
  const onDone = vi.fn();
  answer({
    "GET /console/config.json": { body: { help_url: "https://wiki.example.com/tokens" } },
    "GET /catalog": { body: { versions, categories } },
  });
  return { onDone, ...(await renderUI(<SecretPanel secret={secret} token={token} onDone={onDone} />)) };
}

function textOf(blob: Blob | undefined): Promise<unknown> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsText(blob as Blob);
  });
}

describe("SecretPanel", () => {
  it("ends only once the secret is stored", async () => {
    const { user, onDone } = await setup();
    expect(await screen.findByText(secret)).toBeVisible();
    const done = screen.getByRole("button", { name: "Done" });
    expect(done).toBeDisabled();
    await user.click(screen.getByRole("checkbox", { name: "I have stored it" }));
    await user.click(done);
    expect(onDone).toHaveBeenCalledOnce();
  });

  it("copies the secret, and clears the clipboard on request", async () => {
    const { user } = await setup();
    const write = vi.spyOn(navigator.clipboard, "writeText");
    await user.click(await screen.findByRole("button", { name: "Copy the secret" }));
    await waitFor(() => expect(write).toHaveBeenLastCalledWith(secret));
    await user.click(await screen.findByRole("button", { name: "Clear the clipboard" }));
    expect(await screen.findByText("The clipboard is empty.")).toBeVisible();
    expect(write).toHaveBeenLastCalledWith("");
  });

  it("gives the secret as a file, and lets its contents go", async () => {
    const { user } = await setup();
    const made = vi.fn((_: Blob) => "blob:1");
    const revoked = vi.fn();
    Object.assign(URL, { createObjectURL: made, revokeObjectURL: revoked }); // which jsdom lacks
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
    await user.click(await screen.findByRole("button", { name: "Download as .env" }));
    expect(clicked.mock.contexts[0]).toHaveProperty("download", "nightly-export.env");
    expect(await textOf(made.mock.calls[0]?.[0])).toContain(`API_TOKEN=${secret}\n`);
    expect(revoked).toHaveBeenCalledWith("blob:1");
  });

  it("shows ready calls of a route of the token, without the secret", async () => {
    const { user } = await setup();
    expect(await screen.findByText(/api\.example\.com\/jobs\/list/)).toBeVisible();
    await user.click(screen.getByRole("tab", { name: "Go" }));
    expect(screen.getByText(/os\.Getenv\("API_TOKEN"\)/)).toBeVisible();
    await user.click(screen.getByRole("tab", { name: "HTTP Basic" }));
    expect(screen.getByText(/--user "\$API_TOKEN_ID:\$API_TOKEN"/)).toBeVisible();
    expect(document.body.textContent?.split(secret)).toHaveLength(2);
  });

  it("links to the company's own advice", async () => {
    await setup();
    expect(await screen.findByRole("link", { name: /More about/ })).toHaveAttribute(
      "href",
      "https://wiki.example.com/tokens",
    );
  });

  it("asks before it is left unstored", async () => {
    const { user, router } = await setup();
    await screen.findByText(secret);
    void router.navigate({ to: "/elsewhere" as never });
    expect(await screen.findByRole("dialog", { name: "Have you stored the secret?" })).toBeVisible();
    await user.click(screen.getByText("Stay here"));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(screen.getByText(secret)).toBeVisible();
    expect(router.state.location.pathname).toBe("/");
  });
});
