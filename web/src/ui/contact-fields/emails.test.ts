import { describe, expect, it } from "vitest";
import { emailsIn, isEmail } from "./emails";

describe("isEmail", () => {
  it.each(["dev@example.com", "a.b+c@sub.example.co", "o'brien@example.com", "dev@localhost", "用户@例子.公司"])(
    "takes %s",
    (text) => {
      expect(isEmail(text)).toBe(true);
    },
  );

  it.each([
    "",
    "dev",
    "dev@",
    "@example.com",
    "dev@@example.com",
    "dev@example..com",
    "dev@.example.com",
    "dev@example.com.",
    ".dev@example.com",
    "a b@example.com",
    "Dev <dev@example.com>",
    "dev@[127.0.0.1]",
    `${"a".repeat(65)}@example.com`,
    `dev@${"a".repeat(250)}.com`,
  ])("refuses %s", (text) => {
    expect(isEmail(text)).toBe(false);
  });
});

describe("emailsIn", () => {
  it.each([
    ["a@example.com", ["a@example.com"]],
    ["a@example.com, b@example.com;c@example.com\nd@example.com", ["a", "b", "c", "d"].map((n) => `${n}@example.com`)],
    ['Ada Lovelace <ada@example.com>, "Lin, Wei" <lin@example.com>', ["ada@example.com", "lin@example.com"]],
    ["mailto:a@example.com", ["a@example.com"]],
    [" , ; ", []],
    ["nonsense", ["nonsense"]],
  ])("%s", (text, expected) => {
    expect(emailsIn(text)).toEqual(expected);
  });
});
