import { Anchor, Button, Collapse, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { memo, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { Fact, Facts } from "@/ui/surface";
import { useFormat } from "@/ui/use-format";
import classes from "./audit.module.css";
import { Changes } from "./changes";
import { Said } from "./said";
import type { AuditSearch } from "./search";
import type { Entry } from "./use-audit";
import { useName } from "./use-name";

interface Props {
  entry: Entry;
  onFilter: (filter: Partial<AuditSearch>) => void;
}

/** A line of the log, and on demand all that it holds. */
export const EntryItem = memo(function EntryItem({ entry, onFilter }: Props) {
  const { operator } = useMe();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const panel = useId();
  return (
    <li className={classes.entry} data-open={open || undefined}>
      <button
        type="button"
        className={classes.head}
        aria-expanded={open}
        aria-controls={panel}
        onClick={() => setOpen(!open)}
      >
        <ChevronRight size={16} className={classes.chevron} aria-hidden />
        <time dateTime={entry.at} title={format.exact(entry.at)} className={classes.time}>
          {format.time(entry.at)}
        </time>
        <span className={classes.said}>
          <Said entry={entry} />
        </span>
        {operator && <span className={classes.owner}>{entry.account_id && <AccountName id={entry.account_id} />}</span>}
      </button>
      <Collapse expanded={open} id={panel}>
        {open && <Whole entry={entry} onFilter={onFilter} />}
      </Collapse>
    </li>
  );
});

function AccountName({ id }: { id: string }) {
  return useName("account", id, null) ?? id;
}

function Whole({ entry, onFilter }: Props) {
  const { t } = useTranslation("admin");
  const { operator } = useMe();
  const format = useFormat();
  const { object, actor } = entry;
  const address = { tokenId: entry.token_id ?? "" };
  const account = operator ? (entry.account_id ?? undefined) : undefined;
  return (
    <Stack gap="md" className={classes.whole}>
      {Object.keys(entry.changes).length > 0 && <Changes entry={entry} />}
      <Facts>
        {Object.entries(entry.details).map(([key, value]) => (
          <Fact key={key} name={t(`audit.detail.${key}` as "audit.detail.reason", { defaultValue: key })}>
            {value}
          </Fact>
        ))}
        <Fact name={t("audit.actor.label")}>
          {t(`audit.actor.kind.${actor.kind}`)} <code>{actor.id}</code>
        </Fact>
        <Fact name={t("audit.object")}>
          <code>
            {object.kind} {object.id}
          </code>
        </Fact>
        {entry.ip && (
          <Fact name={t("audit.ip")}>
            <code>{entry.ip}</code>
          </Fact>
        )}
        {entry.request_id && (
          <Fact name={t("audit.request")}>
            <code>{entry.request_id}</code>
          </Fact>
        )}
        <Fact name={t("audit.seq")}>{entry.seq === null ? t("audit.unsealed") : format.number(entry.seq)}</Fact>
      </Facts>
      <Group gap="xs">
        {entry.token_id && (
          <Anchor
            size="sm"
            me="xs"
            renderRoot={(props) => <Link to="/tokens/$tokenId" params={address} search={{ account }} {...props} />}
          >
            {t("audit.openToken")}
          </Anchor>
        )}
        <Button size="xs" variant="default" onClick={() => onFilter({ actor: `${actor.kind}:${actor.id}` })}>
          {t("audit.onlyActor")}
        </Button>
        <Button size="xs" variant="default" onClick={() => onFilter({ object: `${object.kind}:${object.id}` })}>
          {t("audit.onlyObject")}
        </Button>
      </Group>
      {entry.action === "authorization.refused" && (
        <Text size="xs" c="dimmed">
          {t("audit.folded")}
        </Text>
      )}
    </Stack>
  );
}
