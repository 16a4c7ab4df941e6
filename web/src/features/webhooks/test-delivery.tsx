import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { Send } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ErrorAlert } from "@/ui/error-alert";
import { Attempts } from "./attempts";
import { Outcome } from "./outcome";
import { useDelivery, useTest } from "./use-deliveries";
import type { Webhook } from "./use-webhooks";

/** Sends a test event, and says what came of it. */
export function TestDelivery({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("webhooks");
  const test = useTest(webhook.id);
  return (
    <Card bg="var(--app-surface)" component="section" aria-labelledby="test">
      <Group justify="space-between" gap="sm">
        <div style={{ flex: "1 1 260px" }}>
          <Title order={2} size="h3" id="test">
            {t("test.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("test.text")}
          </Text>
        </div>
        <Button
          variant="default"
          leftSection={<Send size={15} aria-hidden />}
          loading={test.isPending}
          disabled={webhook.state === "disabled"}
          onClick={() => test.mutate()}
        >
          {t("test.action")}
        </Button>
      </Group>
      {test.error && <ErrorAlert error={test.error} />}
      {test.data && <Result key={test.data.id} webhookId={webhook.id} id={test.data.id} />}
    </Card>
  );
}

function Result({ webhookId, id }: { webhookId: string; id: string }) {
  const { data, error } = useDelivery(webhookId, id);
  return (
    <Stack gap="xs" mt="sm">
      <div role="status">{data && <Outcome delivery={data} />}</div>
      {error && <ErrorAlert error={error} />}
      {data && <Attempts of={data} />}
    </Stack>
  );
}
