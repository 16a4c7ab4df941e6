import { Badge, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";

/** What one should know of a token besides its status: that its secret has leaked, or that it is a decoy. */
export function TokenMarks({ token: { leaked_at, decoy } }: { token: Pick<Schema["Token"], "leaked_at" | "decoy"> }) {
  const { t } = useTranslation();
  if (!leaked_at && !decoy) return null;
  return (
    <Group gap={4} component="span" display="inline-flex">
      {leaked_at && (
        <Badge component="span" color="red" variant="light" size="md" radius="sm" tt="none" fw={600}>
          {t("status.leaked")}
        </Badge>
      )}
      {decoy && (
        <Badge component="span" variant="default" size="md" radius="sm" tt="none" fw={600}>
          {t("status.decoy")}
        </Badge>
      )}
    </Group>
  );
}
