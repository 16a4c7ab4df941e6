import { Box, Group, NativeSelect, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ErrorAlert } from "@/ui/error-alert";
import { ShowMore } from "@/ui/show-more";
import { Surface } from "@/ui/surface";
import { DeliveryItem } from "./delivery-item";
import { deliveryStates, type WebhookSearch } from "./search";
import { useDeliveries } from "./use-deliveries";

interface Props {
  webhookId: string;
  search: WebhookSearch;
  onChange: (change: Partial<WebhookSearch>) => void;
}

/** What was sent in the last thirty days, and what came of it. */
export function Deliveries({ webhookId, search, onChange }: Props) {
  const { t } = useTranslation("webhooks");
  const deliveries = useDeliveries(webhookId, search);
  const items = deliveries.data?.pages.flatMap((page) => page.items);
  return (
    <Stack gap="sm" component="section" aria-labelledby="deliveries">
      <Group justify="space-between">
        <Title order={2} size="h3" id="deliveries">
          {t("delivery.title")}
        </Title>
        <NativeSelect
          aria-label={t("delivery.filter")}
          value={search.state ?? ""}
          data={[
            { value: "", label: t("delivery.any") },
            ...deliveryStates.map((state) => ({ value: state, label: t(`delivery.${state}`) })),
          ]}
          onChange={(event) => onChange({ state: (event.currentTarget.value || undefined) as WebhookSearch["state"] })}
        />
      </Group>
      {deliveries.error && <ErrorAlert error={deliveries.error} onRetry={() => deliveries.refetch()} />}
      {deliveries.isPending && <Skeleton h={120} role="status" aria-busy aria-label={t("loading")} />}
      {items?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t(search.state ? "delivery.noMatch" : "delivery.none")}
        </Text>
      )}
      {items && items.length > 0 && (
        <Box aria-busy={deliveries.isPlaceholderData} opacity={deliveries.isPlaceholderData ? 0.6 : 1}>
          <Surface>
            <Box component="ul" m={0} p={0} style={{ listStyle: "none" }} aria-labelledby="deliveries">
              {items.map((delivery) => (
                <DeliveryItem key={delivery.id} delivery={delivery} />
              ))}
            </Box>
          </Surface>
        </Box>
      )}
      <ShowMore label={t("delivery.more")} query={deliveries} />
    </Stack>
  );
}
