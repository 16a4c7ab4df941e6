import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, it } from "vitest";

const source = import.meta.dirname;

/** What each part may import, of ours, besides itself. */
const allowed: Record<string, string[]> = {
  locales: [],
  api: ["locales"],
  ui: ["api", "locales"],
  features: ["api", "ui", "locales"],
  app: ["api", "ui", "locales", "features"],
};

/** The part of the tree that a file belongs to; features are apart from each other. */
function partOf(file: string): [part: string, feature: string | undefined] {
  const [part = "", feature] = file.split("/");
  return [part, part === "features" ? feature : undefined];
}

it("has features that do not import each other, and shared parts that know of none", () => {
  const wrong: string[] = [];
  for (const file of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx?$/.test(file) || /\.test\.tsx?$/.test(file)) continue;
    const [part, feature] = partOf(file);
    const rules = allowed[part];
    if (!rules) continue; // main.tsx, and what only tests use
    const code = readFileSync(join(source, file), "utf8");
    for (const [, path = ""] of code.matchAll(/(?:from|import)\s*\(?\s*"((?:\.|@\/)[^"]*)"/g)) {
      const target = path.startsWith("@/") ? path.slice(2) : relative(source, join(source, dirname(file), path));
      const [otherPart, otherFeature] = partOf(target);
      const same = part === otherPart && feature === otherFeature;
      if (!same && !rules.includes(otherPart)) wrong.push(`${file} imports ${path}`);
    }
  }
  expect(wrong).toEqual([]);
});
