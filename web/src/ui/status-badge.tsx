import { Badge, type MantineColor } from "@mantine/core";
import { useTranslation } from "react-i18next";

const colors = {
  active: "pine",
  current: "pine",
  disabled: "gray",
  inactive: "gray",
  expired: "orange",
  deprecated: "orange",
  revoked: "red",
  retired: "red",
} satisfies Record<string, MantineColor>;

export type Status = keyof typeof colors;

/** The status of a token, an account, a member or an API version: in words, with a colour to find it by. */
export function StatusBadge({ status }: { status: Status }) {
  const { t } = useTranslation();
  return (
    <Badge color={colors[status]} variant="light" size="md" radius="sm" tt="none" fw={600} style={{ flexShrink: 0 }}>
      {t(`status.${status}`)}
    </Badge>
  );
}
