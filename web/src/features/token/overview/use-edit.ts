import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, isCode } from "@/api/client";
import { usePolicy } from "@/api/policy";
import { useErrorText } from "@/ui/error-text";
import { notifyDone } from "@/ui/notify";
import { type Revision, useLatest, useSaveToken } from "../use-token";
import {
  type Changes,
  changesBetween,
  type Draft,
  drafted,
  draftOf,
  type Field,
  faultsOf,
  fields,
  listsAreRight,
  patchOf,
  rebase,
  settingsOf,
  withTheirs,
} from "./settings";

/** What others changed while the form was open. */
export interface Stale {
  taken: Field[];
  /** What both changed: theirs and one's own. */
  contested: Changes;
}

type Entries = Partial<Record<Field, Record<string, string>>>;

/** A form's draft of a token's settings, from the revision it began with to a saved one. */
export function useEdit(start: Revision, onDone: () => void) {
  const { t } = useTranslation("token");
  const text = useErrorText();
  const policy = usePolicy().data;
  const [base, setBase] = useState(start);
  const [draft, setDraft] = useState<Draft>(() => draftOf(start.token));
  const [stale, setStale] = useState<Stale>();
  const [judged, setJudged] = useState(false);
  const save = useSaveToken(start.token.id);
  const latest = useLatest(start.token.id);
  const [failure, setFailure] = useState<unknown>();

  const old = settingsOf(base.token);
  const now = drafted(draft, base.token, new Date(), policy);
  const changes = changesBetween(old, now);
  const refused = save.error && !isCode(save.error, "stale") ? placed(save.error, text.ofField, now) : undefined;
  const own = judged ? faultsOf(draft) : {};
  const faults: Partial<Record<Field, string>> = { ...refused?.faults };
  for (const field of fields) {
    const fault = own[field];
    if (fault) faults[field] = t(`fault.${fault}`);
  }

  const done = () => {
    notifyDone(t("edit.saved"));
    onDone();
  };

  /** Goes on from what others have made of the token meanwhile. */
  const catchUp = async () => {
    try {
      const theirs = await latest();
      const { draft: carried, taken, contested } = rebase(draft, changes, base.token, theirs.token);
      const settings = settingsOf(theirs.token);
      const mine = drafted(carried, theirs.token, new Date(), policy);
      setBase(theirs);
      setDraft(carried);
      if (Object.keys(changesBetween(settings, mine)).length === 0) return done(); // it is as it was meant to be
      const pairs = contested.map((field) => [field, { old: settings[field], new: mine[field] }]);
      setStale({ taken, contested: Object.fromEntries(pairs) });
    } catch (error) {
      setFailure(error);
    }
  };

  return {
    base,
    draft,
    policy,
    changes,
    /** Whether leaving would lose something: unlike `changes`, also a choice that is not complete. */
    dirty: JSON.stringify(draft) !== JSON.stringify(draftOf(base.token)),
    faults,
    entries: refused?.entries ?? {},
    stale,
    pending: save.isPending,
    error: failure ?? (refused?.shown ? undefined : refused && save.error),
    set(change: Partial<Draft>) {
      save.reset();
      setFailure(undefined);
      setDraft((before) => ({ ...before, ...change }));
    },
    takeTheirs(field: Field) {
      setDraft((mine) => withTheirs(mine, base.token, [field]));
      setStale((before) => before && { ...before, contested: { ...before.contested, [field]: undefined } });
    },
    save() {
      setJudged(true);
      setFailure(undefined);
      if (Object.keys(faultsOf(draft)).length > 0 || !listsAreRight(draft)) return;
      save.mutate(
        { patch: patchOf(changes, now, old), etag: base.etag },
        { onSuccess: done, onError: (error) => void (isCode(error, "stale") && catchUp()) },
      );
    },
  };
}

/** The faults that the server found, at their fields; `shown` if each has such a place. */
function placed(error: ApiError, textOf: ReturnType<typeof useErrorText>["ofField"], sent: ReturnType<typeof drafted>) {
  const faults: Partial<Record<Field, string>> = {};
  const entries: Entries = {};
  let shown = error instanceof ApiError && error.fields.length > 0;
  if (error.code === "name_taken") return { faults: { name: error.message }, entries, shown: true };
  for (const fault of error.fields) {
    const field = fields.find((name) => fault.field === name || fault.field.startsWith(`${name}.`));
    const rest = field && fault.field.slice(field.length + 1);
    if (!field) shown = false;
    else if (!rest) faults[field] = textOf(fault);
    else {
      const value = sent[field];
      const entry = Array.isArray(value) ? value[Number(rest)] : rest;
      entries[field] = { ...entries[field], [entry ?? ""]: textOf(fault) };
    }
  }
  return { faults, entries, shown };
}
