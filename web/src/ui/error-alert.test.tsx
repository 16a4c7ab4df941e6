import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { ApiError } from "@/api/client";
import { setLanguage } from "@/locales/i18n";
import { renderUI } from "@/test/render";
import { ErrorAlert } from "./error-alert";

const refused = new ApiError(422, "invalid_request", "The request has faults; see fields.", {
  requestId: "8C5B",
  fields: [{ field: "name", code: "too_long", message: "This must have at most 100 characters." }],
});

afterEach(() => setLanguage("en", false));

it("has the server's words, the faulty fields and the request's name", async () => {
  await renderUI(<ErrorAlert error={refused} fields />);
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("The request has faults; see fields.");
  expect(alert).toHaveTextContent("name: This must have at most 100 characters.");
  expect(alert).toHaveTextContent("Request 8C5B");
});

it("speaks the reader's language, by the codes", async () => {
  await setLanguage("zh-CN", false);
  await renderUI(<ErrorAlert error={refused} fields />);
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("输入有误，请查看标出的字段。");
  expect(alert).toHaveTextContent("内容过长。");
});

it("falls back on the server's words for a code it does not know", async () => {
  await setLanguage("zh-CN", false);
  await renderUI(<ErrorAlert error={new ApiError(409, "brand_new", "Something new.")} />);
  expect(await screen.findByRole("alert")).toHaveTextContent("Something new.");
});

it("says something of what is no answer of the server", async () => {
  const onRetry = vi.fn();
  const { user } = await renderUI(<ErrorAlert error={new TypeError("x is undefined")} onRetry={onRetry} />);
  expect(await screen.findByRole("alert")).toHaveTextContent("Something went wrong.");
  expect(screen.queryByText(/undefined/)).toBeNull();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(onRetry).toHaveBeenCalledOnce();
});
