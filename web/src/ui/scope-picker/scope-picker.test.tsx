import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { categories, scope, versions } from "@/test/catalog";
import { Holder } from "@/test/holder";
import { renderUI } from "@/test/render";
import { ScopePicker, type ScopePickerProps } from "./scope-picker";

async function setup(props: Partial<ScopePickerProps> = {}) {
  const onChange = vi.fn();
  const view = await renderUI(
    <Holder first={props.value ?? []} onChange={(next) => onChange([...next].sort())}>
      {(value, change) => (
        <ScopePicker
          categories={categories}
          versions={versions}
          version="16"
          {...props}
          value={value}
          onChange={change}
        />
      )}
    </Holder>,
  );
  return { onChange, ...view };
}

const box = (name: string | RegExp) => screen.getByRole<HTMLInputElement>("checkbox", { name });
const one = (id: string) => box(`Label of ${id}`);

describe("ScopePicker", () => {
  it("shows each scope with what it opens, how it is marked, and none of other versions", async () => {
    await setup();
    expect(one("jobs.list")).toHaveAccessibleDescription("GET /jobs/list");
    const share = one("reports.share").closest("li") as HTMLElement;
    expect(within(share).getByText("Write")).toBeVisible();
    expect(within(share).getByText("Sensitive")).toBeVisible();
    expect(screen.queryByText("Label of reports.fax")).not.toBeInTheDocument();
    expect(screen.getByText("1 scope is not in version 16")).toBeVisible();
  });

  it("switches a category on and off as a whole, and shows when it is half chosen", async () => {
    const { user, onChange } = await setup();
    const all = () => box("All of Jobs");
    await user.click(one("jobs.list"));
    expect(all().indeterminate).toBe(true);
    await user.click(all());
    expect(onChange).toHaveBeenLastCalledWith(["jobs.list", "jobs.stop"]);
    expect(all()).toBeChecked();
    expect(all().indeterminate).toBe(false);
    await user.click(all());
    expect(onChange).toHaveBeenLastCalledWith([]);
  });

  it("opens and closes categories by keyboard", async () => {
    const { user } = await setup();
    const jobs = screen.getByRole("button", { name: /Jobs/ });
    expect(jobs).toHaveAttribute("aria-expanded", "true");
    jobs.focus();
    await user.keyboard("{Enter}");
    expect(jobs).toHaveAttribute("aria-expanded", "false");
    expect(screen.queryByText("Label of jobs.list")).not.toBeInTheDocument();
  });

  it("chooses what only reads, clears, and takes either back", async () => {
    const { user, onChange } = await setup({ value: ["jobs.stop"] });
    await user.click(screen.getByRole("button", { name: "Read only" }));
    expect(onChange).toHaveBeenLastCalledWith(["jobs.list", "reports.export"]);
    await user.click(screen.getByRole("button", { name: "Undo" }));
    expect(onChange).toHaveBeenLastCalledWith(["jobs.stop"]);
    await user.click(screen.getByRole("button", { name: "Clear all" }));
    expect(onChange).toHaveBeenLastCalledWith([]);
    await user.click(screen.getByRole("button", { name: "Undo" }));
    expect(onChange).toHaveBeenLastCalledWith(["jobs.stop"]);
    expect(screen.queryByRole("button", { name: "Undo" })).not.toBeInTheDocument();
  });

  it("counts what is chosen, of which kind", async () => {
    const { user } = await setup({ value: ["jobs.list"] });
    const [summary] = screen.getAllByRole("status");
    expect(summary).toHaveTextContent("1 of 4 scopes chosen");
    await user.click(one("reports.share"));
    expect(summary).toHaveTextContent("2 of 4 scopes chosen · 1 writes · 1 sensitive");
  });

  it("finds by label, id and path, and chooses what was found", async () => {
    const { user, onChange } = await setup();
    const search = screen.getByRole("searchbox");
    await user.type(search, "/jobs");
    expect(await screen.findByText("2 scopes have “/jobs”.")).toBeVisible();
    expect(screen.queryByText("Export a report")).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Choose these 2" }));
    expect(onChange).toHaveBeenLastCalledWith(["jobs.list", "jobs.stop"]);
    await user.clear(search);
    await user.type(search, "zebra");
    expect(await screen.findByText("Nothing has “zebra”.")).toBeVisible();
  });

  it("hints at what a scope needs, and adds it", async () => {
    const { user, onChange } = await setup();
    await user.click(box("Export a report"));
    expect(screen.getByText("Of little use without: Label of jobs.list.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Add it" }));
    expect(onChange).toHaveBeenLastCalledWith(["jobs.list", "reports.export"]);
    expect(screen.queryByText(/Of little use/)).not.toBeInTheDocument();
  });

  it("tells what the version has not, and keeps it until it is taken out", async () => {
    const { user, onChange } = await setup({ value: ["reports.fax", "jobs.list"] });
    expect(screen.getByText(/One chosen scope does not exist in version 16/)).toBeVisible();
    await user.click(one("jobs.stop"));
    expect(onChange).toHaveBeenLastCalledWith(["jobs.list", "jobs.stop", "reports.fax"]);
    await user.click(screen.getByRole("button", { name: "Take them out of the choice" }));
    expect(onChange).toHaveBeenLastCalledWith(["jobs.list", "jobs.stop"]);
  });

  it("marks what is added and removed", async () => {
    const { user } = await setup({ value: ["jobs.list"], before: ["jobs.list", "jobs.stop"] });
    expect(within(one("jobs.stop").closest("li") as HTMLElement).getByText("Removed")).toBeVisible();
    await user.click(box("Export a report"));
    expect(within(box("Export a report").closest("li") as HTMLElement).getByText("Added")).toBeVisible();
    expect(screen.getAllByRole("status")[0]).toHaveTextContent("+1 −1");
  });

  it("shows the chosen alone", async () => {
    const { user } = await setup({ value: ["jobs.list"] });
    await user.click(screen.getByRole("radio", { name: "Chosen (1)" }));
    expect(screen.queryByText("Label of jobs.stop")).not.toBeInTheDocument();
    expect(one("jobs.list")).toBeChecked();
  });

  it("changes nothing for those who may only look", async () => {
    await setup({ value: ["jobs.list"], readOnly: true });
    expect(one("jobs.list")).toBeDisabled();
    expect(screen.queryByRole("button", { name: "Clear all" })).not.toBeInTheDocument();
  });

  it("opens the category of a fault", async () => {
    const many = Array.from({ length: 20 }, (_, i) => scope(`many.s${i}`));
    const big = [...categories, { id: "many", label: "Many", description: "", scopes: many }];
    await setup({ categories: big, faults: { "many.s7": "This scope is not for you." }, error: "Look at the scopes." });
    expect(screen.getByRole("alert")).toHaveTextContent("Look at the scopes.");
    expect(one("many.s7")).toHaveAccessibleDescription(/This scope is not for you\./);
    expect(screen.getByRole("button", { name: /Jobs/ })).toHaveAttribute("aria-expanded", "false");
  });
});
