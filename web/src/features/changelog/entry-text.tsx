import { Badge, Group, type MantineColor, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { DateText } from "@/ui/date-text";
import classes from "./changelog.module.css";
import type { Entry } from "./use-changelog";

const colors: Record<Entry["kind"], MantineColor> = {
  added: "pine",
  changed: "gray",
  deprecated: "orange",
  removed: "red",
  fixed: "gray",
  security: "red",
};

interface Props extends Pick<Entry, "kind" | "version" | "account_types" | "title" | "body" | "published_at"> {
  /** Whether it says of which account types it tells. */
  withTypes: boolean;
  /** What can be done with it. */
  actions?: ReactNode;
  id: string;
}

/** An entry as its readers see it. */
export function EntryText({ id, kind, version, account_types, title, body, published_at, withTypes, actions }: Props) {
  const { t } = useTranslation("changelog");
  return (
    <>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
        <Group gap="6px 10px" c="dimmed" fz="sm">
          <Badge variant="light" color={colors[kind]} radius="sm" tt="none" fw={600}>
            {t(`kind.${kind}`)}
          </Badge>
          <span>{version ? t("inVersion", { version }) : t("inAll")}</span>
          {withTypes && <span>{account_types.length > 0 ? account_types.join(", ") : t("forAll")}</span>}
          {published_at && <DateText value={published_at} as="date" />}
        </Group>
        {actions}
      </Group>
      <Title order={2} size="h3" id={id} mt={6}>
        {title}
      </Title>
      {body.split(/\n{2,}/).map((paragraph, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change places
        <Text key={i} size="sm" mt={6} className={classes.paragraph}>
          {paragraph}
        </Text>
      ))}
    </>
  );
}
