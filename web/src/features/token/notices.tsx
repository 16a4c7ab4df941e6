import { Alert, Button, type MantineColor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useContact } from "@/ui/contact-fields/use-contacts";
import { actionsFor, type TokenAction } from "@/ui/token-actions";
import { useFormat } from "@/ui/use-format";
import type { Token } from "./use-token";
import { useVersion } from "./version-badge";

interface Props {
  token: Token;
  editable: boolean;
  onAct: (action: TokenAction) => void;
}

interface Notice {
  key: string;
  color: MantineColor;
  title: string;
  text: string;
  action?: TokenAction;
}

const soon = 30 * 86_400_000;

/** What one should know about a token before anything else: that it is not accepted, or soon will not be. */
export function Notices({ token, editable, onAct }: Props) {
  const { t } = useTranslation(["token", "actions"]);
  const notices = useNotices(token);
  const { versions } = useVersion(token.version);
  const possible = actionsFor(token, versions);
  if (notices.length === 0) return null;
  return (
    <Stack gap="xs" mb="lg">
      {notices.map(({ key, color, title, text, action }) => (
        <Alert key={key} color={color} title={title} py="sm">
          <Text size="sm">{text}</Text>
          {action && editable && possible.includes(action) && (
            <Button variant="default" size="xs" mt="xs" onClick={() => onAct(action)}>
              {t(`actions:${action}.menu`)}
            </Button>
          )}
        </Alert>
      ))}
    </Stack>
  );
}

function useNotices(token: Token): Notice[] {
  const { t } = useTranslation("token");
  const format = useFormat();
  const { version } = useVersion(token.version);
  const primary = useContact(token.contacts.primary ?? "");
  const notices: Notice[] = [];
  const add = (key: string, color: MantineColor, title: string, text: string, action?: TokenAction) =>
    notices.push({ key, color, title, text, action });

  if (token.status === "revoked") {
    const why = token.revoke_reason ? t("notice.reason", { reason: token.revoke_reason }) : "";
    const title = t("notice.revoked", { time: format.time(token.revoked_at ?? token.updated_at) });
    add("revoked", "red", title, `${why}${t("notice.revokedText")}`);
    return notices;
  }
  if (token.status === "disabled" && !token.leaked_at) {
    const title = t("notice.disabled", { time: format.time(token.disabled_at ?? token.updated_at) });
    add("disabled", "gray", title, t("notice.disabledText"), "enable");
  }
  const left = token.expires_at ? Date.parse(token.expires_at) - Date.now() : Number.POSITIVE_INFINITY;
  const time = token.expires_at ? format.time(token.expires_at) : "";
  if (left <= 0) add("expired", "orange", t("notice.expired", { time }), t("notice.expiredText"));
  else if (left < soon) add("soon", "orange", t("notice.soon", { time }), t("notice.soonText"));
  if (version?.state === "retired")
    add("retired", "red", t("notice.retired", { version: version.id }), t("notice.retiredText"), "upgrade");
  if (version?.state === "deprecated") {
    const title = version.sunset
      ? t("notice.deprecated", { version: version.id, date: format.date(version.sunset) })
      : t("notice.deprecatedUndated", { version: version.id });
    add("deprecated", "orange", title, t("notice.deprecatedText"), "upgrade");
  }
  if (token.contacts.primary === null || primary.data === null)
    add("contact", "orange", t("notice.contact"), t("notice.contactText"));
  return notices;
}
