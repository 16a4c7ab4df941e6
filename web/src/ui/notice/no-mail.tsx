import { Alert, Anchor, Text } from "@mantine/core";
import { MailX } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useConfig } from "@/api/config";

/** Says that nobody gets mail, as long as the server has none to send it with. */
export function NoMail({ mail }: { mail: Schema["MailState"] }) {
  const { t } = useTranslation("notices");
  const { help_url } = useConfig();
  if (mail.configured) return null;
  return (
    <Alert color="orange" icon={<MailX aria-hidden />} title={t("noMail")}>
      <Text size="sm">{t("noMailText")}</Text>
      {help_url && (
        <Anchor href={help_url} target="_blank" rel="noopener" size="sm">
          {t("guide")}
        </Anchor>
      )}
    </Alert>
  );
}
