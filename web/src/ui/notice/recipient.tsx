import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";

/** Who is told, and why they. */
export function Recipient({ of: { name, email, role } }: { of: Schema["NoticeRecipient"] }) {
  const { t } = useTranslation("notices");
  return (
    <div>
      <Text size="sm">{name ? `${name} (${email})` : email}</Text>
      <Text size="xs" c="dimmed">
        {t(`role.${role}`)}
      </Text>
    </div>
  );
}
