import { Button, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./token.module.css";

interface Props {
  /** How many changes there are to save. */
  count: number;
  pending: boolean;
  /** What the changes are. */
  children: ReactNode;
  disabled?: boolean;
  onCancel: () => void;
}

/** The end of a form that edits: in sight at all times, with what saving will do. */
export function SaveBar({ count, pending, children, disabled = false, onCancel }: Props) {
  const { t } = useTranslation(["token", "common"]);
  return (
    <div className={classes.bar}>
      {count > 0 && (
        <details open>
          <summary className={classes.summary}>{t("edit.preview")}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is higher than its place is scrolled by keys */}
          <section className={classes.preview} tabIndex={0} aria-label={t("edit.preview")}>
            {children}
          </section>
        </details>
      )}
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed" role="status">
          {t("edit.count", { count })}
        </Text>
        <Group gap="xs">
          <Button variant="default" onClick={onCancel} disabled={pending}>
            {t("common:action.cancel")}
          </Button>
          <Button type="submit" loading={pending} disabled={count === 0 || disabled}>
            {t("common:action.save")}
          </Button>
        </Group>
      </Group>
    </div>
  );
}
