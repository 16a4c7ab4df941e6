import { describe, expect, it } from "vitest";
import { isEverywhere, isNetwork } from "./networks";

describe("isNetwork", () => {
  it.each([
    "203.0.113.0/24",
    "203.0.113.9",
    " 10.0.0.0/8 ",
    "0.0.0.0/0",
    "2001:db8::/32",
    "2001:DB8:0:0:0:0:0:1",
    "::",
    "::1/128",
    "1:2:3:4:5:6:7::",
    "::ffff:192.0.2.1",
    "64:ff9b::192.0.2.33/96",
  ])("takes %s", (text) => {
    expect(isNetwork(text)).toBe(true);
  });

  it.each([
    "",
    "example.com",
    "203.0.113",
    "203.0.113.256",
    "203.0.113.01",
    "203.0.113.0/33",
    "203.0.113.0/",
    "203.0.113.0/024",
    "203.0.113.0/24/2",
    "2001:db8::/129",
    "2001:db8",
    "1::2::3",
    ":::",
    "12345::",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "192.0.2.1::",
    "fe80::1%eth0",
  ])("refuses %s", (text) => {
    expect(isNetwork(text)).toBe(false);
  });
});

it("knows networks that limit nothing", () => {
  expect(isEverywhere("0.0.0.0/0")).toBe(true);
  expect(isEverywhere("::/0")).toBe(true);
  expect(isEverywhere("10.0.0.0/8")).toBe(false);
});
