import { screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { renderUI } from "@/test/render";
import { CopyButton } from "./copy-button";

it("copies, and says so", async () => {
  const { user } = await renderUI(<CopyButton value="abc" label="Copy the id" />);
  await user.click(await screen.findByRole("button", { name: "Copy the id" }));
  expect(await screen.findByRole("status")).toHaveTextContent("Copied");
  expect(await navigator.clipboard.readText()).toBe("abc");
});

it("says when the browser does not let it", async () => {
  const { user } = await renderUI(<CopyButton value="abc" withText />);
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new DOMException("no", "NotAllowedError"));
  await user.click(await screen.findByRole("button", { name: "Copy" }));
  expect(await screen.findByRole("status")).toHaveTextContent("Select the text and copy it yourself.");
});
