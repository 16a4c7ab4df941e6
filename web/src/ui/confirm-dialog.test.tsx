import { screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { ApiError } from "@/api/client";
import { renderUI } from "@/test/render";
import { ConfirmDialog } from "./confirm-dialog";

const dialog = { opened: true, title: "Revoke it?", action: "Revoke", children: "It stops at once." };

it("asks, and does it", async () => {
  const [onConfirm, onClose] = [vi.fn(), vi.fn()];
  const { user } = await renderUI(<ConfirmDialog {...dialog} onConfirm={onConfirm} onClose={onClose} />);
  await screen.findByRole("dialog", { name: "Revoke it?" });
  await user.click(screen.getByRole("button", { name: "Revoke" }));
  expect(onConfirm).toHaveBeenCalledOnce();
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  expect(onClose).toHaveBeenCalledOnce();
});

it("wants the name typed, and says when it is another", async () => {
  const onConfirm = vi.fn();
  const { user } = await renderUI(
    <ConfirmDialog {...dialog} typed="Nightly" onConfirm={onConfirm} onClose={() => {}} />,
  );
  const field = await screen.findByRole("textbox", { name: "Type Nightly to confirm" });
  await user.type(field, "nightly{Enter}");
  expect(screen.getByText("This is not the same text.")).toBeVisible();
  expect(onConfirm).not.toHaveBeenCalled();
  await user.clear(field);
  await user.type(field, "Nightly{Enter}");
  expect(onConfirm).toHaveBeenCalledOnce();
});

it("shows a name as it is, whatever is in it", async () => {
  const name = "<1/> &amp; <b>bold</b> {{text}}";
  await renderUI(<ConfirmDialog {...dialog} typed={name} onConfirm={() => {}} onClose={() => {}} />);
  expect(await screen.findByRole("textbox", { name: `Type ${name} to confirm` })).toBeVisible();
});

it("stays while it is being done, and shows what failed", async () => {
  const onClose = vi.fn();
  const error = new ApiError(503, "try_again", "The database is away.", { requestId: "R1" });
  const { user } = await renderUI(
    <ConfirmDialog {...dialog} pending error={error} onConfirm={() => {}} onClose={onClose} />,
  );
  expect(await screen.findByRole("alert")).toHaveTextContent("The database is away.");
  await user.keyboard("{Escape}");
  expect(onClose).not.toHaveBeenCalled();
});
