import { describe, expect, it } from "vitest";
import { faultsOfPairs } from "./metadata";

describe("faultsOfPairs", () => {
  it.each([
    ["nothing", [], []],
    [
      "a pair, and an empty row",
      [
        { key: "team", value: "data" },
        { key: "", value: "" },
      ],
      [],
    ],
    ["a key without a value", [{ key: "team", value: "" }], []],
    ["a value without a key", [{ key: "", value: "data" }], ["keyRequired"]],
    ["a long key", [{ key: "k".repeat(101), value: "" }], ["keyTooLong"]],
    ["a key of 100 characters", [{ key: "钥".repeat(100), value: "" }], []],
    [
      "a key twice",
      [
        { key: "a", value: "1" },
        { key: "a", value: "2" },
      ],
      ["keyTwice"],
    ],
    ["more than 4 KiB", [{ key: "a", value: "钥".repeat(1400) }], ["tooLarge"]],
    ["51 pairs", Array.from({ length: 51 }, (_, i) => ({ key: `k${i}`, value: "" })), ["tooMany"]],
  ])("%s", (_, pairs, expected) => {
    expect(faultsOfPairs(pairs).map(({ message }) => message)).toEqual(expected);
  });
});
