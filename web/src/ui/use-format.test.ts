import { describe, expect, it } from "vitest";
import { formats } from "./use-format";

const now = Date.parse("2026-11-23T12:00:00Z");

describe("relative", () => {
  it.each([
    ["2026-11-23T11:59:50Z", "10 seconds ago", "10秒钟前"],
    ["2026-11-23T11:00:00Z", "1 hour ago", "1小时前"],
    ["2026-11-22T12:00:00Z", "yesterday", "昨天"],
    ["2026-12-13T12:00:00Z", "in 20 days", "20天后"],
    ["2026-01-02T12:00:00Z", "Jan 2, 2026", "2026年1月2日"],
  ])("%s", (value, english, chinese) => {
    expect(formats("en").relative(value, now)).toBe(english);
    expect(formats("zh-CN").relative(value, now)).toBe(chinese);
  });
});

it("writes numbers as the language does", () => {
  expect(formats("en").number(1234567)).toBe("1,234,567");
  expect(formats("en").short(12_345)).toBe("12.3K");
  expect(formats("zh-CN").short(12_345)).toBe("1.2万");
  expect(formats("en").percent(0.256)).toBe("25.6%");
  expect(formats("en").list(["a", "b", "c"])).toBe("a, b, and c");
});
