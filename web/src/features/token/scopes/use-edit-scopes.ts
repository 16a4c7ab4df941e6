import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isCode } from "@/api/client";
import { useErrorText } from "@/ui/error-text";
import { notifyDone } from "@/ui/notify";
import { type Revision, useLatest, useSaveToken } from "../use-token";
import { carryOver, lacking } from "./sets";

/** A form's choice of scopes, from the revision it began with to a saved one. `known` are those that may be sent. */
export function useEditScopes(start: Revision, unwanted: string[], known: ReadonlySet<string>, onDone: () => void) {
  const { t } = useTranslation("token");
  const text = useErrorText();
  const [base, setBase] = useState(start);
  const [chosen, setChosen] = useState(() => lacking(start.token.scopes, unwanted));
  const [stale, setStale] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const save = useSaveToken(start.token.id);
  const latest = useLatest(start.token.id);

  const before = base.token.scopes;
  const after = chosen.filter((id) => known.has(id));
  const done = () => {
    notifyDone(t("edit.saved"));
    onDone();
  };
  const catchUp = async () => {
    try {
      const theirs = await latest();
      const next = carryOver(before, chosen, theirs.token.scopes);
      setBase(theirs);
      setChosen(next);
      if (lacking(next, theirs.token.scopes).length + lacking(theirs.token.scopes, next).length === 0) return done();
      setStale(true);
    } catch (error) {
      setFailure(error);
    }
  };
  const faults = Object.fromEntries(
    (save.error?.fields ?? []).flatMap((fault) => {
      const scope = save.variables?.patch.scopes?.[Number(/^scopes\.(\d+)$/.exec(fault.field)?.[1])];
      return scope ? [[scope, text.ofField(fault)]] : [];
    }),
  );
  return {
    before,
    after,
    chosen,
    added: lacking(after, before),
    removed: lacking(before, after),
    nothingLeft: after.length === 0,
    stale,
    faults,
    pending: save.isPending,
    error: failure ?? (isCode(save.error, "stale") ? undefined : save.error),
    choose(scopes: string[]) {
      save.reset();
      setFailure(undefined);
      setChosen(scopes);
    },
    save() {
      setFailure(undefined);
      save.mutate(
        { patch: { scopes: after }, etag: base.etag },
        { onSuccess: done, onError: (error) => void (isCode(error, "stale") && catchUp()) },
      );
    },
  };
}
