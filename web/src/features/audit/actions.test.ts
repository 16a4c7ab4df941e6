import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isKnown } from "./actions";

const server = join(import.meta.dirname, "../../../../service");

it("knows every action that the server writes into the log", () => {
  const written = new Set<string>();
  for (const file of readdirSync(server)) {
    if (!file.endsWith(".go") || file.endsWith("_test.go")) continue;
    const code = readFileSync(join(server, file), "utf8");
    for (const [, action = ""] of code.matchAll(/(?:ntry|note|change)\w*\([^"\n]*"([a-z_]+\.[a-z_]+)"/g))
      written.add(action);
  }
  expect(written).toContain("catalog.applied");
  expect([...written].filter((action) => !isKnown(action))).toEqual([]);
});
