import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { Holder } from "@/test/holder";
import { answer, renderUI } from "@/test/render";
import { DeveloperEmails, type DeveloperEmailsProps } from "./developer-emails";
import { PrimaryContact } from "./primary-contact";

const ada = { id: "ada", name: "Ada Lovelace", email: "ada@example.com", role: "admin" };
const lin = { id: "lin", name: "Lin Wei", email: "lin@example.com", role: "specialist" };

function contacts(request: Request) {
  const q = new URL(request.url).searchParams.get("q") ?? "";
  return { body: { items: [ada, lin].filter(({ name }) => name.toLowerCase().includes(q)), next_cursor: null } };
}

describe("PrimaryContact", () => {
  async function setup(value: string, known?: typeof ada) {
    const onChange = vi.fn();
    const seen = answer({ "GET /contacts": contacts });
    const view = await renderUI(
      <Holder first={value} onChange={onChange}>
        {(id, change) => <PrimaryContact value={id} onChange={change} known={known as never} />}
      </Holder>,
    );
    return { onChange, seen, ...view };
  }
  const input = () => screen.getByRole<HTMLInputElement>("combobox", { name: /Primary contact/ });

  it("shows who is preset, without asking who that is", async () => {
    const { seen } = await setup("ada", ada);
    await waitFor(() => expect(input()).toHaveValue("Ada Lovelace (ada@example.com)"));
    expect(seen.every((request) => !request.url.includes("limit=200"))).toBe(true);
  });

  it("has the server search, and chooses", async () => {
    const { user, onChange, seen } = await setup("");
    await user.type(input(), "wei");
    await waitFor(() => expect(seen.some((request) => request.url.includes("q=wei"))).toBe(true));
    await user.click(await screen.findByRole("option", { name: /Lin Wei/ }));
    expect(onChange).toHaveBeenLastCalledWith("lin");
    await waitFor(() => expect(input()).toHaveValue("Lin Wei (lin@example.com)"));
  });

  it("looks up who is chosen already", async () => {
    await setup("lin");
    await waitFor(() => expect(input()).toHaveValue("Lin Wei (lin@example.com)"));
  });

  it("says so when the contact so far is no longer a member", async () => {
    await setup("gone");
    expect(await screen.findByText(/no longer an active member/)).toBeVisible();
  });
});

describe("DeveloperEmails", () => {
  async function setup(props: Partial<DeveloperEmailsProps> = {}) {
    const onChange = vi.fn();
    const view = await renderUI(
      <Holder first={props.value ?? []} onChange={onChange}>
        {(value, change) => <DeveloperEmails {...props} value={value} onChange={change} />}
      </Holder>,
    );
    return { onChange, ...view };
  }
  const input = () => screen.getByRole("textbox", { name: "Developer e-mails" });

  it("takes addresses ended by Enter, a comma, or by leaving", async () => {
    const { user, onChange } = await setup();
    await user.type(input(), "a@example.com{Enter}b@example.com,c@example.com");
    await user.tab();
    expect(onChange).toHaveBeenLastCalledWith(["a@example.com", "b@example.com", "c@example.com"]);
    expect(screen.getByText("3 of at most 20")).toBeVisible();
  });

  it("takes several pasted at once, and leaves out what is there already", async () => {
    const { user, onChange } = await setup({ value: ["a@example.com"] });
    await user.click(input());
    await user.paste("A@example.com; Bo <b@example.com>\nc@example.com");
    expect(onChange).toHaveBeenLastCalledWith(["a@example.com", "b@example.com", "c@example.com"]);
    expect(screen.getByRole("status")).toHaveTextContent("2 entries added. 1 was there already.");
  });

  it("keeps what is wrong, says so, and lets it be corrected", async () => {
    const { user, onChange } = await setup();
    await user.type(input(), "dev@{Enter}");
    expect(screen.getByText("This is not an e-mail address.", { exact: false })).toBeVisible();
    expect(input()).toHaveAttribute("aria-invalid", "true");
    await user.click(screen.getByRole("button", { name: /Correct dev@/ }));
    expect(input()).toHaveValue("dev@");
    await user.type(input(), "example.com{Enter}");
    expect(onChange).toHaveBeenLastCalledWith(["dev@example.com"]);
    expect(input()).toHaveAttribute("aria-invalid", "false");
  });

  it("removes by button, and takes the last one back by Backspace", async () => {
    const { user, onChange } = await setup({ value: ["a@example.com", "b@example.com"] });
    await user.click(screen.getByRole("button", { name: "Remove a@example.com" }));
    expect(onChange).toHaveBeenLastCalledWith(["b@example.com"]);
    await user.click(input());
    await user.keyboard("{Backspace}");
    expect(onChange).toHaveBeenLastCalledWith([]);
    expect(input()).toHaveValue("b@example.com");
  });

  it("shows the server's fault at its address", async () => {
    await setup({ value: ["a@example.com"], faults: { "a@example.com": "This domain is not allowed." } });
    expect(screen.getByText("This domain is not allowed.", { exact: false })).toBeVisible();
  });
});
