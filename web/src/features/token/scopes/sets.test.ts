import { expect, it } from "vitest";
import { carryOver, lacking } from "./sets";

it("tells what a list lacks", () => {
  expect(lacking(["a", "b"], ["b", "c"])).toEqual(["a"]);
});

it("does to others' scopes what was done to one's own", () => {
  expect(carryOver(["a", "b"], ["a", "c"], ["a", "b", "d"])).toEqual(["a", "d", "c"]);
  expect(carryOver(["a"], ["a", "b"], ["a", "b"])).toEqual(["a", "b"]);
  expect(carryOver(["a", "b"], ["a"], ["a"])).toEqual(["a"]);
});
