import { Button, Collapse, Group, Skeleton, Stack, Text, UnstyledButton } from "@mantine/core";
import { ChevronRight, RotateCw } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { DateText } from "@/ui/date-text";
import { ErrorAlert } from "@/ui/error-alert";
import { useEventName } from "@/ui/event-name";
import { Attempts } from "./attempts";
import classes from "./delivery-item.module.css";
import { Outcome } from "./outcome";
import { type Delivery, useDelivery, useRedeliver } from "./use-deliveries";

/** A delivery, and on demand all that was said on either side. */
export function DeliveryItem({ delivery }: { delivery: Delivery }) {
  const name = useEventName();
  const [open, setOpen] = useState(false);
  const panel = useId();
  return (
    <li className={classes.item}>
      <UnstyledButton
        className={classes.head}
        aria-expanded={open}
        aria-controls={panel}
        data-open={open || undefined}
        onClick={() => setOpen(!open)}
      >
        <ChevronRight size={16} className={classes.chevron} aria-hidden />
        <Text span size="sm" fw={600}>
          {name(delivery.type)}
        </Text>
        <Outcome delivery={delivery} />
        <Text span size="sm" c="dimmed">
          <DateText value={delivery.last_attempt_at ?? delivery.created_at} as="time" />
        </Text>
      </UnstyledButton>
      <Collapse expanded={open} id={panel}>
        {open && <Whole delivery={delivery} />}
      </Collapse>
    </li>
  );
}

function Whole({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation("webhooks");
  const { data, error } = useDelivery(delivery.webhook_id, delivery.id);
  const redeliver = useRedeliver(delivery.webhook_id, delivery.id);
  return (
    <Stack gap="xs" className={classes.whole}>
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          leftSection={<RotateCw size={14} aria-hidden />}
          loading={redeliver.isPending}
          onClick={() => redeliver.mutate()}
        >
          {t("redeliver.action")}
        </Button>
        <Text size="xs" c="dimmed">
          webhook-id <code>{delivery.event_id}</code>
        </Text>
      </Group>
      {redeliver.error && <ErrorAlert error={redeliver.error} />}
      {error && <ErrorAlert error={error} />}
      {!data && !error && <Skeleton h={80} />}
      {data && <Attempts of={data} />}
    </Stack>
  );
}
