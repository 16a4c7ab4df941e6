import { Alert, Anchor, Button, Card, Group, Skeleton, Stack, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DateText } from "@/ui/date-text";
import { ErrorAlert } from "@/ui/error-alert";
import { PageHeader } from "@/ui/page-header";
import { Fact, Facts } from "@/ui/surface";
import { Tags } from "@/ui/tags";
import { useFormat } from "@/ui/use-format";
import { Deliveries } from "./deliveries";
import { RotateWebhook } from "./rotate-webhook";
import { StateDialog } from "./state-dialog";
import { TestDelivery } from "./test-delivery";
import { type StateAction, useWebhook, type Webhook } from "./use-webhooks";
import { EditWebhook } from "./webhook-form";
import { WebhookState } from "./webhook-state";
import classes from "./webhooks.module.css";

const route = getRouteApi("/shell/webhooks/$webhookId");

/** A webhook: what is sent there, whether that goes well, and what was sent. */
export function WebhookPage() {
  const { t } = useTranslation("webhooks");
  const { webhookId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useWebhook(webhookId);
  const [open, setOpen] = useState<StateAction | "edit" | "rotate">();
  const close = () => setOpen(undefined);
  return (
    <>
      <PageHeader
        title={data ? new URL(data.webhook.url).host : t("one")}
        back={<Back />}
        mark={data && <WebhookState webhook={data.webhook} />}
        actions={data && <Actions webhook={data.webhook} onAct={setOpen} />}
      />
      <Stack gap="lg">
        {error && <ErrorAlert error={error} onRetry={() => refetch()} />}
        {!data && !error && <Skeleton h={220} role="status" aria-busy aria-label={t("loading")} />}
        {data && (
          <>
            <Trouble webhook={data.webhook} onEnable={() => setOpen("enable")} />
            <Settings webhook={data.webhook} />
            <TestDelivery webhook={data.webhook} />
            <Deliveries
              webhookId={webhookId}
              search={search}
              onChange={(next) => navigate({ search: (old) => ({ ...old, ...next }) })}
            />
          </>
        )}
      </Stack>
      {data && open === "edit" && <EditWebhook {...data} onClose={close} />}
      {data && open === "rotate" && <RotateWebhook webhook={data.webhook} onClose={close} />}
      {data && (open === "enable" || open === "disable" || open === "delete") && (
        <StateDialog
          action={open}
          webhook={data.webhook}
          onClose={close}
          onDeleted={() => navigate({ to: "/webhooks" })}
        />
      )}
    </>
  );
}

function Actions({ webhook, onAct }: { webhook: Webhook; onAct: (action: StateAction | "edit" | "rotate") => void }) {
  const { t } = useTranslation("webhooks");
  return (
    <>
      <Button variant="default" onClick={() => onAct("edit")}>
        {t("edit.open")}
      </Button>
      <Button variant="default" onClick={() => onAct("rotate")}>
        {t("rotate.open")}
      </Button>
      {webhook.state === "enabled" && (
        <Button variant="default" onClick={() => onAct("disable")}>
          {t("disable.open")}
        </Button>
      )}
      <Button variant="light" color="red" onClick={() => onAct("delete")}>
        {t("delete.open")}
      </Button>
    </>
  );
}

/** Why nothing is sent, or what does not go well. */
function Trouble({ webhook, onEnable }: { webhook: Webhook; onEnable: () => void }) {
  const { t } = useTranslation("webhooks");
  const format = useFormat();
  if (webhook.state === "disabled") {
    const why = webhook.disabled_reason ?? "manual";
    const title = t("disabled.title", { time: webhook.disabled_at ? format.time(webhook.disabled_at) : "" });
    return (
      <Alert color={why === "manual" ? "gray" : "red"} title={title}>
        <Text size="sm">
          {t(`disabled.${why}`)} {t("disabled.text")}
        </Text>
        <Button size="xs" variant="default" mt="xs" onClick={onEnable}>
          {t("enable.open")}
        </Button>
      </Alert>
    );
  }
  if (!webhook.failing_since) return null;
  return (
    <Alert color="orange" title={t("failing.title", { time: format.time(webhook.failing_since) })}>
      <Text size="sm">{t("failing.text")}</Text>
    </Alert>
  );
}

function Settings({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("webhooks");
  return (
    <Card bg="var(--app-surface)">
      <Facts>
        <Fact name={t("url.label")}>
          <span className={classes.url}>{webhook.url}</span>
        </Fact>
        {webhook.description && <Fact name={t("description.label")}>{webhook.description}</Fact>}
        <Fact name={t("events.legend")}>
          <Tags values={webhook.events} label={t("events.legend")} limit={8} />
        </Fact>
        <Fact name={t("created")}>
          <DateText value={webhook.created_at} as="date" />
        </Fact>
        {webhook.previous_secret_expires_at && (
          <Fact name={t("previous")}>
            <DateText value={webhook.previous_secret_expires_at} as="time" />
          </Fact>
        )}
      </Facts>
    </Card>
  );
}

function Back() {
  const { t } = useTranslation("webhooks");
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to="/webhooks" {...props} />}>
      <Group gap={4} component="span">
        <ChevronLeft size={15} aria-hidden />
        {t("title")}
      </Group>
    </Anchor>
  );
}
