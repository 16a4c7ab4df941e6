import { Alert, List, Stack, Text } from "@mantine/core";
import { Link2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Refused } from "./prefill";

interface Props {
  refused: Refused;
  /** The version that was taken in place of one that is of no use. */
  version: string;
}

/** Says that a link has filled in the form, and what of it could not be used. */
export function LinkNotice({ refused, version }: Props) {
  const { t } = useTranslation("create");
  const lost = [
    refused.version !== undefined && t("link.badVersion", { wanted: refused.version, version }),
    refused.preset !== undefined && t("link.badPreset", { preset: refused.preset, version }),
    refused.scopes.length > 0 &&
      t("link.badScopes", { count: refused.scopes.length, version, scopes: refused.scopes.join(", ") }),
  ].filter((text) => text !== false);
  return (
    <Alert color={lost.length > 0 ? "orange" : "pine"} icon={<Link2 size={18} aria-hidden />} role="status">
      <Stack gap={4}>
        <Text size="sm">{t("link.filled")}</Text>
        {lost.length > 0 && (
          <List size="sm">
            {lost.map((text) => (
              <List.Item key={text}>{text}</List.Item>
            ))}
          </List>
        )}
      </Stack>
    </Alert>
  );
}
