import { Alert, Button, Group, List, Stack, Text } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { useErrorText } from "./error-text";

interface Props {
  error: unknown;
  title?: string;
  onRetry?: () => void;
  /** Whether to list the faulty fields; a form that shows them beside its inputs leaves them out. */
  fields?: boolean;
  /** More to say, or to do about it. */
  children?: ReactNode;
}

/** Says that something failed, why, and how to find it in the server's log. Screen readers are told at once. */
export function ErrorAlert({ error, title, onRetry, fields = false, children }: Props) {
  const { t } = useTranslation(["errors", "common"]);
  const text = useErrorText();
  const known = error instanceof ApiError ? error : undefined;
  return (
    <Alert role="alert" color="red" title={title ?? t("errors:title")} icon={<TriangleAlert aria-hidden />}>
      <Stack gap="xs">
        <Text size="sm">{text.ofError(error)}</Text>
        {fields && known && known.fields.length > 0 && (
          <List size="sm">
            {known.fields.map((fault) => (
              <List.Item key={`${fault.field} ${fault.code}`}>
                <strong>{fault.field}</strong>: {text.ofField(fault)}
              </List.Item>
            ))}
          </List>
        )}
        {known?.need && <Text size="sm">{t("errors:need", { need: known.need })}</Text>}
        {children}
        {(onRetry || known?.requestId) && (
          <Group justify="space-between">
            {onRetry ? (
              <Button size="xs" variant="default" onClick={onRetry}>
                {t("common:action.retry")}
              </Button>
            ) : (
              <span />
            )}
            {known?.requestId && (
              <Text size="xs" c="dimmed">
                {t("errors:requestId", { id: known.requestId })}
              </Text>
            )}
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
