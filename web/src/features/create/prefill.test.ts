import { describe, expect, it } from "vitest";
import { categories, versions } from "@/test/catalog";
import { type Catalog, choosable, linkTo, presetVersion, read } from "./prefill";

const catalog = {
  account_type: "partner",
  label: "Partner",
  default_version: "16",
  versions,
  categories,
  presets: [
    { id: "reports", label: "Reports", description: "", versions: ["15"], scopes: ["reports.export", "reports.fax"] },
  ],
} as Catalog;

it("offers what is not retired, newest first, and presets the newest", () => {
  expect(choosable(catalog).map(({ id }) => id)).toEqual(["16", "15"]);
  expect(presetVersion(catalog)).toBe("16");
  const old = { ...catalog, versions: versions.filter(({ id }) => id !== "16") };
  expect(presetVersion(old)).toBe("15");
});

describe("read", () => {
  it("presets the version where there is no link", () => {
    expect(read({}, catalog)).toEqual({ filled: { version: "16", scopes: [] }, refused: { scopes: [] } });
  });

  it("takes what a link says", () => {
    const link = {
      name: "Export",
      description: "For the warehouse",
      version: "15",
      scopes: "jobs.list, reports.fax,jobs.list",
    };
    expect(read(link, catalog)).toEqual({
      filled: { name: "Export", description: "For the warehouse", version: "15", scopes: ["jobs.list", "reports.fax"] },
      refused: { scopes: [] },
    });
  });

  it.each(["14", "99"])("tells that version %s cannot be chosen", (version) => {
    const { filled, refused } = read({ version, scopes: "jobs.list" }, catalog);
    expect(filled).toMatchObject({ version: "16", scopes: ["jobs.list"] });
    expect(refused.version).toBe(version);
  });

  it("tells which scopes the version has not", () => {
    const { filled, refused } = read({ version: "16", scopes: "jobs.list,reports.fax,made.up" }, catalog);
    expect(filled.scopes).toEqual(["jobs.list"]);
    expect(refused.scopes).toEqual(["reports.fax", "made.up"]);
  });

  it("takes a preset, with its version", () => {
    expect(read({ preset: "reports" }, catalog).filled).toMatchObject({
      version: "15",
      scopes: ["reports.export", "reports.fax"],
    });
    expect(read({ preset: "reports", scopes: "jobs.list" }, catalog).filled.scopes).toHaveLength(3);
  });

  it("tells that a preset is not there, or not for the version", () => {
    expect(read({ preset: "nothing" }, catalog).refused.preset).toBe("nothing");
    expect(read({ preset: "reports", version: "16" }, catalog).refused.preset).toBe("reports");
  });
});

it("makes a link that reads back as the draft", () => {
  const filled = { name: "A & B", description: "", version: "16", scopes: ["jobs.list", "reports.export"] };
  const link = linkTo(
    { ...filled, expiry: { kind: "never" }, networks: [], metadata: [], decoy: false, primary: "ada", developers: [] },
    filled.scopes,
  );
  expect(link).toBe("http://localhost:3000/console/tokens/new?version=16&scopes=jobs.list,reports.export&name=A+%26+B");
  const { description, ...rest } = filled;
  expect(read(Object.fromEntries(new URL(link).searchParams), catalog).filled).toEqual(rest);
});
