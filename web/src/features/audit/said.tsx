import { useTranslation } from "react-i18next";
import { Filled } from "@/ui/filled";
import { isKnown } from "./actions";
import type { Entry } from "./use-audit";
import { useName } from "./use-name";

/** An entry as a sentence: who did what to what. */
export function Said({ entry }: { entry: Entry }) {
  const { t } = useTranslation("admin");
  const parts = { 1: <ActorName actor={entry.actor} />, 2: <ObjectName entry={entry} /> };
  if (!isKnown(entry.action)) {
    return (
      <>
        {parts[1]}: <code>{entry.action}</code> {parts[2]}
      </>
    );
  }
  return <Filled text={t(`audit.said.${entry.action}`)} parts={parts} />;
}

export function ActorName({ actor }: { actor: Entry["actor"] }) {
  const { t } = useTranslation("admin");
  if (actor.kind === "unknown") return <strong>{t("audit.actor.somebody", { address: actor.id })}</strong>;
  if (actor.kind === "local") return <strong>{t("audit.actor.onServer", { name: actor.name || actor.id })}</strong>;
  return <strong>{actor.name || actor.id}</strong>;
}

/** What the thing was called at the time, or is called now. */
export function ObjectName({ entry }: { entry: Entry }) {
  const { kind, id } = entry.object;
  const told = entry.changes.name?.new ?? entry.changes.name?.old;
  const now = useName(kind, id, entry.account_id, typeof told !== "string");
  if (typeof told === "string") return <strong>{told}</strong>;
  return now ? <strong>{now}</strong> : <code>{id}</code>;
}
