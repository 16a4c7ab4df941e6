import { screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { keys } from "@/api/keys";
import { answer, renderUI } from "@/test/render";
import { codeOf } from "./code";
import { SignInPage } from "./sign-in-page";

const config = (oidc: boolean) => ({
  sign_in: { oidc, link: true },
  help_url: "",
  public_url: "http://localhost:3000",
  secret_prefix: "tkr",
  version: "v1",
});

beforeEach(() => history.replaceState(null, "", "/"));

async function open(path = "/sign-in", { oidc = true } = {}) {
  answer({ "GET /console/config.json": { body: config(oidc) } });
  const page = await renderUI(<SignInPage />, { route: "/sign-in", path });
  await screen.findByRole("heading", { level: 1, name: "Sign in" });
  return page;
}

it("sends to the identity provider, to come back to where one was", async () => {
  await open("/sign-in?return_to=%2Ftokens%2Fnew%3Fversion%3D16");
  const link = screen.getByRole("link", { name: "Sign in with your company account" });
  expect(link).toHaveAttribute(
    "href",
    "http://localhost:3000/auth/login?return_to=%2Fconsole%2Ftokens%2Fnew%3Fversion%3D16",
  );
});

it("offers only what there is", async () => {
  await open("/sign-in", { oidc: false });
  expect(screen.queryByRole("link")).toBeNull();
  expect(screen.getByText("tokenry login-link")).toBeVisible();
});

it.each([
  ["/sign-in?error=no_account", "not to Tokenry"],
  ["/sign-in?error=login_expired", "took too long"],
  ["/sign-in?error=%3Cscript%3E", "did not sign you in"],
])("says what went wrong: %s", async (path, text) => {
  await open(path);
  expect(screen.getByRole("alert")).toHaveTextContent(text);
});

it("signs in by the code in the address, and takes it out of there", async () => {
  history.replaceState(null, "", "/console/sign-in#code=c0de");
  const calls = answer({ "GET /console/config.json": { body: config(false) }, "POST /auth/link": { status: 204 } });
  const { queryClient } = await renderUI(<SignInPage />, { route: "/sign-in", path: "/sign-in" });
  await waitFor(() => expect(calls.some((call) => call.url.endsWith("/auth/link"))).toBe(true));
  expect(location.hash).toBe("");
  expect(await calls.at(-1)?.json()).toEqual({ code: "c0de" });
  await waitFor(() => expect(queryClient.getQueryData(keys.me)).toBeUndefined());
});

it("says that a link was used already", async () => {
  const { user } = await open();
  const body = { status: 401, code: "bad_sign_in_link", detail: "The link was used already." };
  answer({ "POST /auth/link": { status: 401, body } });
  await user.type(screen.getByRole("textbox", { name: "One-time link" }), "http://x/console/sign-in#code=old{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("The link was used already.");
});

it.each([
  ["http://localhost/console/sign-in#code=abc-_1", "abc-_1"],
  ["  #code=abc  ", "abc"],
  ["http://localhost/console/sign-in?code=abc", undefined],
  ["#code=", undefined],
  ["", undefined],
])("finds the code in %j", (link, code) => {
  expect(codeOf(link)).toBe(code);
});
