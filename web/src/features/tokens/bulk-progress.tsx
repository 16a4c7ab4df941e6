import { Alert, Button, Group, Progress, Stack, Text } from "@mantine/core";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useErrorText } from "@/ui/error-text";
import type { BulkResult } from "./bulk";

interface Props {
  total: number;
  results: BulkResult[];
  running: boolean;
  onStop: () => void;
  onRetry: (tokens: Schema["Token"][]) => void;
  onClose: () => void;
}

/** How far it has got, and in the end what was done and what failed. */
export function BulkProgress({ total, results, running, onStop, onRetry, onClose }: Props) {
  const { t } = useTranslation(["tokens", "common"]);
  const text = useErrorText();
  const failed = results.filter(({ error }) => error !== undefined);
  const done = results.length - failed.length;
  const left = total - results.length;
  return (
    <Stack>
      <Progress.Root size="lg" aria-label={t("bulk.progress")}>
        <Progress.Section value={(done / total) * 100} aria-label={t("bulk.progress")} />
        <Progress.Section value={(failed.length / total) * 100} color="red" aria-hidden />
      </Progress.Root>
      <Text size="sm" role="status">
        {running ? t("bulk.running", { done: results.length, total }) : t("bulk.ended", { count: done, total })}
      </Text>
      {!running && failed.length === 0 && left === 0 && (
        <Group gap="xs" c="pine">
          <CircleCheck size={18} aria-hidden />
          <Text size="sm">{t("bulk.allDone")}</Text>
        </Group>
      )}
      {!running && left > 0 && <Text size="sm">{t("bulk.stopped", { count: left })}</Text>}
      {failed.length > 0 && (
        <Alert color="red" icon={<TriangleAlert aria-hidden />} title={t("bulk.failed", { count: failed.length })}>
          <ul style={{ margin: 0, paddingInlineStart: 18 }}>
            {failed.map(({ token, error }) => (
              <li key={token.id}>
                <b>{token.name}</b>: {text.ofError(error)}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      <Group justify="flex-end" gap="xs">
        {running ? (
          <Button variant="default" onClick={onStop}>
            {t("bulk.stop")}
          </Button>
        ) : (
          <>
            {failed.length > 0 && (
              <Button variant="default" onClick={() => onRetry(failed.map(({ token }) => token))}>
                {t("bulk.retry")}
              </Button>
            )}
            <Button data-autofocus onClick={onClose}>
              {t("common:action.close")}
            </Button>
          </>
        )}
      </Group>
    </Stack>
  );
}
