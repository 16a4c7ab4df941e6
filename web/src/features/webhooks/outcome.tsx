import { Badge, Group, Loader, type MantineColor, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/ui/use-format";
import { type Delivery, isOnItsWay } from "./use-deliveries";

const colors: Record<Delivery["state"], MantineColor> = { pending: "orange", delivered: "pine", failed: "red" };

/** How far a delivery has come, and what its last attempt came to. */
export function Outcome({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation("webhooks");
  const format = useFormat();
  const { state, outcome, status, next_attempt_at } = delivery;
  return (
    <Group gap="4px 8px">
      <Badge color={colors[state]} variant="light" radius="sm" tt="none" fw={600}>
        {t(`delivery.${state}`)}
      </Badge>
      {isOnItsWay(delivery) && <Loader size="xs" aria-hidden />}
      {outcome && outcome !== "delivered" && <Text size="sm">{t(`outcome.${outcome}`)}</Text>}
      {status !== null && (
        <Text size="sm" c="dimmed">
          HTTP {status}
        </Text>
      )}
      {state === "pending" && next_attempt_at && !isOnItsWay(delivery) && (
        <Text size="sm" c="dimmed" component="span">
          {t("delivery.next")} {format.relative(next_attempt_at)}
        </Text>
      )}
    </Group>
  );
}
