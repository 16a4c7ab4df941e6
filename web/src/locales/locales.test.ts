import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import en from "./en";
import zh from "./zh-CN";

type Texts = { [key: string]: string | Texts };

const all = { en: en as unknown as Record<string, Texts>, "zh-CN": zh as unknown as Record<string, Texts> };
const namespaces = Object.keys(all.en);
const source = join(import.meta.dirname, "..");

/** The keys of a namespace with their texts; all forms of a plural are one key. */
function flat(texts: Texts, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, text] of Object.entries(texts)) {
    if (typeof text === "string") found.set(prefix + key.replace(/_(zero|one|two|few|many|other)$/, ""), text);
    else for (const [inner, value] of flat(text, `${prefix}${key}.`)) found.set(inner, value);
  }
  return found;
}

function placeholders(text = "") {
  return [...new Set(text.match(/\{\{[^}]+\}\}|<\/?\d+\/?>/g))].sort();
}

describe.each(namespaces)("%s", (namespace) => {
  const english = flat(all.en[namespace] ?? {});
  const chinese = flat(all["zh-CN"][namespace] ?? {});

  it("has the same texts in both languages", () => {
    const inEnglish = [...english.keys()].sort();
    // The server says in English itself what its codes mean.
    const inChinese = [...chinese.keys()].filter((key) => namespace !== "errors" || english.has(key)).sort();
    expect(inChinese).toEqual(inEnglish);
  });

  it("has no empty text", () => {
    for (const texts of [english, chinese]) {
      for (const [key, text] of texts) expect(text.trim(), key).not.toBe("");
    }
  });

  it("has the same placeholders in both languages", () => {
    for (const [key, text] of english) {
      expect(placeholders(chinese.get(key)), key).toEqual(placeholders(text).filter((p) => !isCountOfOne(text, p)));
    }
  });
});

/** Whether an English text may leave the number out that a Chinese one has: "one token". */
function isCountOfOne(text: string, placeholder: string) {
  return placeholder === "{{count}}" && !text.includes(placeholder);
}

it("has every namespace that there is a file for, in both languages", () => {
  for (const language of ["en", "zh-CN"] as const) {
    const files = readdirSync(join(import.meta.dirname, language)).filter((file) => file.endsWith(".json"));
    expect(Object.keys(all[language]).sort()).toEqual(files.map((file) => file.replace(".json", "")).sort());
  }
});

it("has every text that the code asks for", () => {
  const missing: string[] = [];
  for (const file of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx?$/.test(file) || file.includes(".test.") || file.endsWith(".gen.ts")) continue;
    const code = readFileSync(join(source, file), "utf8");
    const own = [...code.matchAll(/useTranslation\(\[?"([a-z]+)"/g)].map((match) => match[1] ?? "");
    const open = own.length > 0 ? own : ["common"];
    for (const [, key = ""] of code.matchAll(/(?:\bt\(|i18nKey=\{?)"([^"]+)"/g)) {
      const [namespace, name] = key.includes(":") ? key.split(":") : [undefined, key];
      const places = namespace ? [namespace] : open;
      if (!places.some((place) => flat(all.en[place] ?? {}).has(name ?? ""))) missing.push(`${file}: ${key}`);
    }
  }
  expect(missing).toEqual([]);
});
