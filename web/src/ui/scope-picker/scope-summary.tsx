import { Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { type Category, scopesOf } from "./selection";

interface Props {
  available: Category[];
  chosen: string[];
  before: string[] | undefined;
  /** How many scopes there are in all versions. */
  all: number;
  version: string;
  children?: ReactNode;
}

/** How much is chosen, told to screen readers as it changes. */
export function ScopeSummary({ available, chosen, before, all, version, children }: Props) {
  const { t } = useTranslation("scopes");
  const scopes = scopesOf(available);
  const ids = new Set(chosen);
  const picked = scopes.filter(({ id }) => ids.has(id));
  const writing = picked.filter(({ access }) => access === "write").length;
  const sensitive = picked.filter((scope) => scope.sensitive).length;
  const hidden = all - scopes.length;
  return (
    <Group justify="space-between" gap="xs">
      <Group gap="xs">
        <Text size="sm" role="status" aria-live="polite">
          <b>{t("summary.chosen", { count: picked.length, all: scopes.length })}</b>
          {writing > 0 && ` · ${t("summary.writing", { count: writing })}`}
          {sensitive > 0 && ` · ${t("summary.sensitive", { count: sensitive })}`}
          {before && ` · ${difference(ids, new Set(before))}`}
        </Text>
        {children}
      </Group>
      {hidden > 0 && (
        <Text size="xs" c="dimmed">
          {t("summary.hidden", { count: hidden, version })}
        </Text>
      )}
    </Group>
  );
}

function difference(now: Set<string>, before: Set<string>): string {
  const lacking = (some: Set<string>, of: Set<string>) => [...some].filter((id) => !of.has(id)).length;
  return `+${lacking(now, before)} −${lacking(before, now)}`;
}
