import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { CopyButton } from "@/ui/copy-button";
import { AccessMark, SensitiveMark } from "@/ui/scope-picker";
import classes from "./browse.module.css";

interface Props {
  scope: Schema["Scope"];
  /** What a scope is called. */
  label: (id: string) => string;
}

/** A scope with its id, its marks and what it opens. */
export function ScopeItem({ scope, label }: Props) {
  const { t } = useTranslation("admin");
  const { since, until } = scope;
  return (
    <li className={classes.scope}>
      <Group justify="space-between" gap="xs" align="flex-start" wrap="nowrap">
        <Text size="sm" fw={600}>
          {scope.label}
        </Text>
        <Group gap={4} style={{ flexShrink: 0 }}>
          {scope.sensitive && <SensitiveMark />}
          <AccessMark access={scope.access} />
        </Group>
      </Group>
      <Group gap={4} wrap="nowrap">
        <code className={classes.id}>{scope.id}</code>
        <CopyButton value={scope.id} label={t("catalog.copy", { scope: scope.id })} />
      </Group>
      {scope.description && (
        <Text size="sm" c="dimmed">
          {scope.description}
        </Text>
      )}
      {scope.routes.map(({ method, path }) => (
        <code key={`${method} ${path}`} className={classes.route}>
          <b>{method}</b> {path}
        </code>
      ))}
      {(since || until || scope.needs.length > 0) && (
        <Text size="xs" c="dimmed" mt={2}>
          {[
            since && t("catalog.since", { version: since }),
            until && t("catalog.until", { version: until }),
            scope.needs.length > 0 && t("catalog.needs", { scopes: scope.needs.map(label).join(", ") }),
          ]
            .filter(Boolean)
            .join(" · ")}
        </Text>
      )}
    </li>
  );
}
