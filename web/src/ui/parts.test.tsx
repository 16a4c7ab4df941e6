import { screen, within } from "@testing-library/react";
import { KeyRound } from "lucide-react";
import { expect, it } from "vitest";
import { renderUI } from "@/test/render";
import { DateText } from "./date-text";
import { EmptyState } from "./empty-state";
import { PageHeader } from "./page-header";
import { StatusBadge } from "./status-badge";
import { Tags } from "./tags";

it("names the page in the tab, and takes the focus to its heading", async () => {
  await renderUI(<PageHeader title="Audit log" description="Who did what." />);
  expect(await screen.findByRole("heading", { level: 1, name: "Audit log" })).toHaveFocus();
  expect(document.title).toBe("Audit log · Tokenry");
});

it("leaves the focus where a page has put it", async () => {
  await renderUI(
    <>
      {/* biome-ignore lint/a11y/noAutofocus: what the test is about */}
      <input aria-label="first" autoFocus />
      <PageHeader title="Audit log" />
    </>,
  );
  expect(await screen.findByRole("textbox", { name: "first" })).toHaveFocus();
});

it("shows a time shortly, with its exact value for machines", async () => {
  await renderUI(
    <>
      <DateText value="2020-01-02T03:04:05Z" as="date" />
      <DateText value={null} />
      <DateText value={null} never="Not used yet" />
    </>,
  );
  expect((await screen.findByText("Jan 2, 2020")).getAttribute("datetime")).toBe("2020-01-02T03:04:05Z");
  expect(screen.getByText("Never")).toBeVisible();
  expect(screen.getByText("Not used yet")).toBeVisible();
});

it("shows the first of many tags, and all on demand", async () => {
  const values = ["a", "b", "c", "d", "e"];
  const { user } = await renderUI(<Tags values={values} label="Scopes" limit={2} />);
  const list = await screen.findByRole("list", { name: "Scopes" });
  expect(within(list).getAllByRole("listitem")).toHaveLength(2);
  await user.click(screen.getByRole("button", { name: "3 more" }));
  expect(within(list).getAllByRole("listitem")).toHaveLength(5);
});

it("does not hide a single tag behind a button that takes as much room", async () => {
  await renderUI(<Tags values={["a", "b", "c"]} label="Scopes" limit={2} />);
  expect(within(await screen.findByRole("list", { name: "Scopes" })).getAllByRole("listitem")).toHaveLength(3);
  expect(screen.queryByRole("button")).toBeNull();
});

it("says in words what a status is, and what is not there yet", async () => {
  await renderUI(
    <>
      <StatusBadge status="revoked" />
      <EmptyState icon={KeyRound} title="No tokens yet">
        Create one.
      </EmptyState>
    </>,
  );
  expect(await screen.findByText("Revoked")).toBeVisible();
  expect(screen.getByRole("heading", { name: "No tokens yet" })).toBeVisible();
});
