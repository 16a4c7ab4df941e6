import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Webhook } from "./use-webhooks";

/** Whether events are sent, and whether that goes well. */
export function WebhookState({ webhook: { state, failing_since } }: { webhook: Webhook }) {
  const { t } = useTranslation("webhooks");
  const shown = state === "disabled" ? "disabled" : failing_since ? "failing" : "enabled";
  const color = { disabled: "gray", failing: "orange", enabled: "pine" }[shown];
  return (
    <Badge color={color} variant="light" size="md" radius="sm" tt="none" fw={600} style={{ flexShrink: 0 }}>
      {t(`state.${shown}`)}
    </Badge>
  );
}
