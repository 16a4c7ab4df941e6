import { Anchor, Button, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { DateText } from "@/ui/date-text";
import { notifyDone, notifyError } from "@/ui/notify";
import { StatusBadge } from "@/ui/status-badge";
import { Row } from "@/ui/surface";
import { type CampaignToken, useAcknowledge } from "./use-campaign";

interface Props {
  token: CampaignToken;
  /** Whether its version goes away, so that there is something to acknowledge. */
  leaves: boolean;
}

/** A token that still has the version: when it was used, who was told, and who knows. */
export function CampaignRow({ token, leaves }: Props) {
  const { t } = useTranslation("campaign");
  const { operator } = useMe();
  const account = operator ? token.account_id : undefined;
  return (
    <Row>
      <div>
        <Group gap={6}>
          <Anchor
            size="sm"
            fw={600}
            renderRoot={(props) => (
              <Link to="/tokens/$tokenId" params={{ tokenId: token.token_id }} search={{ account }} {...props} />
            )}
          >
            {token.name}
          </Anchor>
          {token.status !== "active" && <StatusBadge status={token.status} />}
        </Group>
        <Text size="xs" c="dimmed">
          {operator && `${token.account_name} · `}
          {t("lastUsed")}: <DateText value={token.last_used_at} never={t("neverUsed")} />
        </Text>
      </div>
      <Contact contact={token.contact} />
      <Told told={token.told} />
      <Acknowledged token={token} leaves={leaves} />
    </Row>
  );
}

function Contact({ contact }: Pick<CampaignToken, "contact">) {
  const { t } = useTranslation("campaign");
  return (
    <Text size="sm" component="div">
      <Text span size="xs" c="dimmed" display="block">
        {t("contact")}
      </Text>
      {contact ? `${contact.name} (${contact.email})` : t("noContact")}
      {contact && !contact.active && (
        <Text span size="xs" c="var(--app-warning)" display="block">
          {t("inactive")}
        </Text>
      )}
    </Text>
  );
}

function Told({ told }: Pick<CampaignToken, "told">) {
  const { t } = useTranslation("campaign");
  return (
    <Text size="sm" component="div">
      <Text span size="xs" c="dimmed" display="block">
        {t("told")}
      </Text>
      {told.length === 0 && t("toldNobody")}
      {told.map(({ email, state, at }) => (
        <div key={email}>
          {email}
          <Text span size="xs" c={state === "failed" ? "var(--mantine-color-error)" : "dimmed"} display="block">
            {t(`state.${state}`)} · <DateText value={at} />
          </Text>
        </div>
      ))}
    </Text>
  );
}

function Acknowledged({ token, leaves }: Props) {
  const { t } = useTranslation("campaign");
  const { can } = useMe();
  const acknowledge = useAcknowledge(token);
  if (token.acknowledged_at) {
    return (
      <Group gap={6} wrap="nowrap" align="flex-start">
        <CircleCheck size={16} aria-hidden color="var(--mantine-color-anchor)" style={{ flexShrink: 0 }} />
        <Text size="sm" component="div">
          {t("acknowledged", { name: token.acknowledged_by })}
          <Text span size="xs" c="dimmed" display="block">
            <DateText value={token.acknowledged_at} />
          </Text>
        </Text>
      </Group>
    );
  }
  if (!leaves) return <span />;
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">
        {t("notAcknowledged")}
      </Text>
      {can.call("acknowledgeVersion") && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t("acknowledge.label", { name: token.name })}
          loading={acknowledge.isPending}
          onClick={() =>
            acknowledge.mutate(undefined, {
              onSuccess: () => notifyDone(t("acknowledge.done")),
              onError: notifyError,
            })
          }
        >
          {t("acknowledge.action")}
        </Button>
      )}
    </Group>
  );
}
