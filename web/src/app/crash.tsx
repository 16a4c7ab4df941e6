import { Button, Container } from "@mantine/core";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { RefreshCw, TriangleAlert, Unplug } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { EmptyState } from "@/ui/empty-state";
import { ErrorAlert } from "@/ui/error-alert";
import { connectionAfter } from "./connection";
import { useReturn } from "./use-return";

/** Stands where a page could not be shown: a call failed, a newer build has replaced its files, or it has a fault. */
export function Crash({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  const retry = async () => {
    await router.invalidate();
    reset();
  };
  const connection = error instanceof ApiError ? connectionAfter(error) : "ok";
  useReturn(connection !== "ok", retry);
  if (connection !== "ok") {
    return (
      <EmptyState
        icon={Unplug}
        title={t(`connection.${connection}`)}
        level={1}
        action={<Button onClick={retry}>{t("action.retry")}</Button>}
      />
    );
  }
  if (error instanceof ApiError) {
    return (
      <Container size="sm" py="xl">
        <ErrorAlert error={error} onRetry={retry} />
      </Container>
    );
  }
  const what = isMissingChunk(error) ? "updated" : "crash";
  return (
    <EmptyState
      icon={what === "updated" ? RefreshCw : TriangleAlert}
      title={t(`${what}.title`)}
      level={1}
      action={<Button onClick={() => location.reload()}>{t("action.reload")}</Button>}
    >
      {t(`${what}.text`)}
    </EmptyState>
  );
}

/** Whether a file of this build could not be loaded. Each browser says so in its own words. */
function isMissingChunk(error: unknown): boolean {
  return error instanceof TypeError && /dynamically imported module|module script failed/i.test(error.message);
}
