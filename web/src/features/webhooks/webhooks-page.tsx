import { Anchor, Box, Button, Skeleton, Stack, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Plus, Webhook as WebhookIcon } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DateText } from "@/ui/date-text";
import { EmptyState } from "@/ui/empty-state";
import { ErrorAlert } from "@/ui/error-alert";
import { PageHeader } from "@/ui/page-header";
import { ShowMore } from "@/ui/show-more";
import { Row, Rows } from "@/ui/surface";
import { Tags } from "@/ui/tags";
import { useWebhooks, type Webhook } from "./use-webhooks";
import { CreateWebhook } from "./webhook-form";
import { WebhookState } from "./webhook-state";
import classes from "./webhooks.module.css";

const route = getRouteApi("/shell/webhooks");

/** Where the account's events are sent. */
export function WebhooksPage() {
  const { t } = useTranslation("webhooks");
  const navigate = route.useNavigate();
  const webhooks = useWebhooks();
  const [creating, setCreating] = useState(false);
  const items = webhooks.data?.pages.flatMap((page) => page.items);
  const create = (
    <Button leftSection={<Plus size={17} aria-hidden />} onClick={() => setCreating(true)}>
      {t("create.open")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("title")} description={t("about")} actions={items && items.length > 0 && create} />
      <Stack gap="md">
        {webhooks.error && <ErrorAlert error={webhooks.error} onRetry={() => webhooks.refetch()} />}
        {webhooks.isPending && <Skeleton h={180} role="status" aria-busy aria-label={t("loading")} />}
        {items?.length === 0 && (
          <EmptyState icon={WebhookIcon} title={t("none")} action={create}>
            {t("noneText")}
          </EmptyState>
        )}
        {items && items.length > 0 && (
          <Rows label={t("title")} columns="minmax(0, 2.4fr) minmax(0, 2fr) 130px">
            {items.map((webhook) => (
              <WebhookRow key={webhook.id} webhook={webhook} />
            ))}
          </Rows>
        )}
        <ShowMore label={t("more")} query={webhooks} />
      </Stack>
      {creating && (
        <CreateWebhook
          onClose={(made) => {
            setCreating(false);
            if (made) navigate({ to: "/webhooks/$webhookId", params: { webhookId: made.id } });
          }}
        />
      )}
    </>
  );
}

function WebhookRow({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("webhooks");
  return (
    <Row>
      <div>
        <Anchor
          fw={600}
          className={classes.url}
          renderRoot={(props) => <Link to="/webhooks/$webhookId" params={{ webhookId: webhook.id }} {...props} />}
        >
          {webhook.url}
        </Anchor>
        {webhook.description && <Text size="sm">{webhook.description}</Text>}
        {webhook.failing_since && webhook.state === "enabled" && (
          <Text size="xs" c="var(--app-warning)" component="div">
            {t("failingSince")} <DateText value={webhook.failing_since} />
          </Text>
        )}
      </div>
      <Box visibleFrom="sm">
        <Tags values={webhook.events} label={t("events.legend")} limit={3} />
      </Box>
      <Box ta="end">
        <WebhookState webhook={webhook} />
      </Box>
    </Row>
  );
}
