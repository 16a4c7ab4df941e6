import { describe, expect, it } from "vitest";
import type { Token } from "../use-token";
import {
  changesBetween,
  type Draft,
  drafted,
  draftOf,
  faultsOf,
  listsAreRight,
  patchOf,
  rebase,
  settingsOf,
} from "./settings";

const token = {
  id: "t1",
  name: "Nightly report",
  description: "Reports",
  contacts: { primary: "ada", developers: ["dev@example.com"] },
  expires_at: "2027-11-23T00:00:00Z",
  allowed_cidrs: ["203.0.113.0/24"],
  metadata: { team: "data", stage: "live" },
} as unknown as Token;
const now = new Date("2026-11-23T12:00:00Z");

function changesOf(change: Partial<Draft>, base = token) {
  const next = drafted({ ...draftOf(base), ...change }, base, now, undefined);
  const changes = changesBetween(settingsOf(base), next);
  return { changes, patch: patchOf(changes, next, settingsOf(base)) };
}

describe("a draft", () => {
  it("changes nothing at first, nor by spaces or the order of metadata", () => {
    const metadata = draftOf(token).metadata.toReversed();
    expect(changesOf({}).patch).toEqual({});
    expect(changesOf({ name: " Nightly report ", metadata: [...metadata, { key: "", value: "" }] }).patch).toEqual({});
  });

  it("sends what differs, and null for what is cleared", () => {
    const { patch } = changesOf({
      description: " ",
      expires_at: { kind: "never" },
      allowed_cidrs: [],
      "contacts.developers": [],
      metadata: [{ key: "team", value: "ads" }],
    });
    expect(patch).toEqual({
      description: null,
      expires_at: null,
      allowed_cidrs: [],
      contacts: { developers: [] },
      metadata: { stage: null, team: "ads" },
    });
  });

  it("keeps the end of the token, to the second, until another one is chosen", () => {
    expect(changesOf({ expires_at: "same" }).patch).toEqual({});
    expect(changesOf({ expires_at: { kind: "date", date: "" } }).patch).toEqual({});
    expect(changesOf({ expires_at: { kind: "days", days: 30 } }).patch.expires_at).toBe("2026-12-23T12:00:00.000Z");
  });

  it.each<[Partial<Draft>, object]>([
    [{ name: " " }, { name: "nameRequired" }],
    [{ name: "x".repeat(101) }, { name: "nameTooLong" }],
    [{ description: "x".repeat(1001) }, { description: "descriptionTooLong" }],
    [{ "contacts.primary": "" }, { "contacts.primary": "primaryRequired" }],
    [{ expires_at: { kind: "date", date: "2027-02-30" } }, { expires_at: "dateRequired" }],
    [{}, {}],
  ])("with %o has the faults %o", (change, faults) => {
    expect(faultsOf({ ...draftOf(token), ...change })).toEqual(faults);
  });

  it.each<Partial<Draft>>([
    { allowed_cidrs: ["everywhere"] },
    { "contacts.developers": ["nobody"] },
    { metadata: [{ key: "", value: "lonely" }] },
  ])("with %o cannot be sent", (change) => {
    expect(listsAreRight({ ...draftOf(token), ...change })).toBe(false);
    expect(listsAreRight(draftOf(token))).toBe(true);
  });
});

describe("a draft of a token that others have changed", () => {
  const mine = { ...draftOf(token), name: "Mine", description: "Same for both" };
  const theirs = {
    ...token,
    name: "Theirs",
    description: "Same for both",
    metadata: { team: "ads" },
  } as unknown as Token;
  const rebased = rebase(mine, changesOf({ name: "Mine", description: "Same for both" }).changes, token, theirs);

  it("keeps what was typed, takes what was not, and says what both changed", () => {
    expect(rebased.taken).toEqual(["metadata"]);
    expect(rebased.contested).toEqual(["name"]);
    expect(rebased.draft.name).toBe("Mine");
    expect(rebased.draft.metadata).toEqual([{ key: "team", value: "ads" }]);
  });

  it("sends then only what is still different", () => {
    const next = drafted(rebased.draft, theirs, now, undefined);
    const changes = changesBetween(settingsOf(theirs), next);
    expect(patchOf(changes, next, settingsOf(theirs))).toEqual({ name: "Mine" });
  });
});
