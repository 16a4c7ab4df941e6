import { Anchor, Group, Text, ThemeIcon } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import {
  CircleCheck,
  CirclePause,
  Ellipsis,
  KeyRound,
  type LucideIcon,
  Pencil,
  Plus,
  RotateCw,
  ScissorsLineDashed,
  ShieldX,
  Trash2,
  TriangleAlert,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import type texts from "@/locales/en/token.json";
import { DateText } from "@/ui/date-text";
import { Filled } from "@/ui/filled";
import { ChangesList, tellable } from "../changes-list";
import classes from "../token.module.css";
import { useActorName } from "./use-actor-name";
import { useDuration } from "./use-duration";

type Action = keyof (typeof texts)["did"];

const icons: Record<Action, LucideIcon> = {
  created: Plus,
  duplicated: Plus,
  updated: Pencil,
  rotated: RotateCw,
  disabled: CirclePause,
  enabled: CircleCheck,
  revoked: ShieldX,
  deleted: Trash2,
  scopes_removed: ScissorsLineDashed,
  previous_secret_ended: KeyRound,
  leaked: TriangleAlert,
  decoy_used: TriangleAlert,
  version_acknowledged: CircleCheck,
  other: Ellipsis,
};

/** One line of the history: who did what, when, and what is different since. */
export function HistoryEntry({ entry }: { entry: Schema["AuditEntry"] }) {
  const { t } = useTranslation("token");
  const name = useActorName()(entry.actor);
  const action = actionOf(entry);
  const Icon = icons[action];
  const told = tellable(entry.changes);
  const begun = action === "created" || action === "duplicated";
  return (
    <li className={classes.entry} tabIndex={-1}>
      <ThemeIcon variant="light" color={action === "revoked" || action === "deleted" ? "red" : "gray"} radius="xl">
        <Icon size={15} aria-hidden />
      </ThemeIcon>
      <div>
        <Group justify="space-between" gap={4} align="baseline">
          <Text size="sm">
            <Filled text={t(`did.${action}`, { action: entry.action })} parts={{ 1: <strong>{name}</strong> }} />
          </Text>
          <Text size="sm" c="dimmed" component="span">
            <DateText value={entry.at} as="time" />
          </Text>
        </Group>
        <Particulars entry={entry} />
        {begun ? (
          <details>
            <summary className={classes.summary}>{t("history.begun")}</summary>
            <ChangesList changes={entry.changes} />
          </details>
        ) : (
          told.length > 0 && (
            <div style={{ marginTop: 6 }}>
              <ChangesList changes={entry.changes} />
            </div>
          )
        )}
        <Text size="xs" c="dimmed" mt={4}>
          {[
            entry.ip && t("credentials.from", { ip: entry.ip }),
            entry.request_id && t("history.request", { id: entry.request_id }),
          ]
            .filter(Boolean)
            .join(" · ")}
        </Text>
      </div>
    </li>
  );
}

/** What the entry says beyond the settings: a reason, a grace, where a copy came from. */
function Particulars({ entry }: { entry: Schema["AuditEntry"] }) {
  const { t } = useTranslation("token");
  const duration = useDuration();
  const { reason, grace_seconds: grace, previous_ended: ended, duplicate_of: origin } = entry.details;
  return (
    <>
      {reason && <Text size="sm">{t("history.reason", { reason })}</Text>}
      {grace !== undefined && (
        <Text size="sm">
          {grace === "0" ? t("history.endedNow") : t("history.grace", { duration: duration(Number(grace)) })}{" "}
          {ended === "true" && t("history.previousEnded")}
        </Text>
      )}
      {origin && (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link {...props} to="/tokens/$tokenId" params={{ tokenId: origin }} search={{}} />}
        >
          {t("history.origin")}
        </Anchor>
      )}
    </>
  );
}

function actionOf({ action, details }: Schema["AuditEntry"]): Action {
  const name = action.replace(/^token\./, "");
  if (name === "created" && details.duplicate_of) return "duplicated";
  return name in icons ? (name as Action) : "other";
}
