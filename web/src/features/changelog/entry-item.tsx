import { ActionIcon, Badge, Group, Menu } from "@mantine/core";
import { EllipsisVertical, Pencil, Send, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import classes from "./changelog.module.css";
import { textsOf } from "./draft";
import { EntryText } from "./entry-text";
import type { Entry } from "./use-changelog";

export type EntryAction = "edit" | "publish" | "delete";

interface Props {
  entry: Entry;
  onAction: (action: EntryAction) => void;
}

export function EntryItem({ entry, onAction }: Props) {
  const { i18n } = useTranslation("changelog");
  const { operator, can } = useMe();
  const texts = textsOf(entry, i18n.language);
  const title = `entry-${entry.id}`;
  return (
    <article className={classes.entry} aria-labelledby={title} data-draft={entry.published_at ? undefined : true}>
      <EntryText
        {...entry}
        {...texts}
        id={title}
        withTypes={operator}
        actions={can.call("updateChangelogEntry") && <Actions entry={entry} title={texts.title} onAction={onAction} />}
      />
    </article>
  );
}

function Actions({ entry, title, onAction }: Props & { title: string }) {
  const { t } = useTranslation("changelog");
  const draft = entry.published_at === null;
  return (
    <Group gap="xs" wrap="nowrap">
      {draft && (
        <Badge variant="default" radius="sm" tt="none">
          {t("draft")}
        </Badge>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={t("actions", { title })}>
            <EllipsisVertical size={17} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Pencil size={15} aria-hidden />} onClick={() => onAction("edit")}>
            {t("edit.open")}
          </Menu.Item>
          {draft && (
            <Menu.Item leftSection={<Send size={15} aria-hidden />} onClick={() => onAction("publish")}>
              {t("publish.open")}
            </Menu.Item>
          )}
          <Menu.Item color="red" leftSection={<Trash2 size={15} aria-hidden />} onClick={() => onAction("delete")}>
            {t("delete.open")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
