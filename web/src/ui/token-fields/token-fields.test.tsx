import { screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { Holder } from "@/test/holder";
import { renderUI } from "@/test/render";
import type { Expiry, LifetimePolicy } from "./expiry";
import { ExpiryField } from "./expiry-field";
import type { Pair } from "./metadata";
import { MetadataField } from "./metadata-field";
import { NetworksField } from "./networks-field";

describe("ExpiryField", () => {
  async function setup(first: Expiry, policy?: LifetimePolicy) {
    const onChange = vi.fn();
    const view = await renderUI(
      <Holder first={first} onChange={onChange}>
        {(value, change) => <ExpiryField value={value} onChange={change} policy={policy} />}
      </Holder>,
    );
    return { onChange, ...view };
  }

  it("offers days, a date and never", async () => {
    const { user, onChange } = await setup({ kind: "never" });
    expect(screen.getByText("It works until somebody disables or revokes it.")).toBeVisible();
    await user.click(screen.getByRole("radio", { name: "After 90 days" }));
    expect(onChange).toHaveBeenLastCalledWith({ kind: "days", days: 90 });
    expect(screen.getByText(/It stops working on/)).toBeVisible();
    await user.click(screen.getByRole("radio", { name: "On a date" }));
    expect(screen.getByLabelText("Last day on which it works")).not.toHaveValue("");
  });

  it("offers no more than the policy allows", async () => {
    await setup({ kind: "days", days: 30 }, { max_lifetime_seconds: 30 * 86_400, require_expiry: false });
    expect(screen.getByText("Your account lets a token live 30 days at most.")).toBeVisible();
    expect(screen.getAllByRole("radio").map((radio) => radio.getAttribute("value"))).toEqual(["30", "date"]);
  });
});

describe("MetadataField", () => {
  async function setup(first: Pair[] = []) {
    const onChange = vi.fn();
    const view = await renderUI(
      <Holder first={first} onChange={onChange}>
        {(value, change) => <MetadataField value={value} onChange={change} />}
      </Holder>,
    );
    return { onChange, ...view };
  }

  it("adds, fills and removes entries by keyboard", async () => {
    const { user, onChange } = await setup();
    await user.click(screen.getByRole("button", { name: "Add an entry" }));
    expect(screen.getByRole("textbox", { name: "Key 1" })).toHaveFocus();
    await user.keyboard("team{Tab}data");
    expect(onChange).toHaveBeenLastCalledWith([{ key: "team", value: "data" }]);
    await user.click(screen.getByRole("button", { name: "Remove entry 1" }));
    expect(onChange).toHaveBeenLastCalledWith([]);
  });

  it("says what is wrong at the entry", async () => {
    await setup([
      { key: "team", value: "1" },
      { key: "team", value: "2" },
    ]);
    expect(screen.getByRole("textbox", { name: "Key 2" })).toHaveAccessibleDescription("This key is there twice.");
  });
});

describe("NetworksField", () => {
  it("checks networks as they are typed, and warns of one that limits nothing", async () => {
    const { user } = await renderUI(
      <Holder first={[] as string[]}>{(value, change) => <NetworksField value={value} onChange={change} />}</Holder>,
    );
    await user.type(
      screen.getByRole("textbox", { name: "Allowed networks" }),
      "10.0.0.0/8{Enter}10.0.0/8{Enter}::/0{Enter}",
    );
    expect(screen.getByText(/This is no network/)).toBeVisible();
    expect(screen.getByText(/::\/0 covers every address/)).toBeVisible();
  });
});
