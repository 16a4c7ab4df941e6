import { Alert, Button, Checkbox, Group, Radio, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { isCode, type Schema } from "@/api/client";
import { newIdempotencyKey } from "@/api/idempotency";
import { ErrorAlert } from "@/ui/error-alert";
import { SecretModal } from "./secret-modal";
import { useRotate } from "./use-token-changes";

/** How long the old secret may go on working, in seconds. */
const graces = [604_800, 86_400, 3600, 0] as const;

/** Gives a token a new secret, after a choice of how long the old one goes on working, and shows it. */
export function RotateDialog({ token, onClose }: { token: Schema["Token"]; onClose: () => void }) {
  const { t } = useTranslation(["actions", "common"]);
  const [grace, setGrace] = useState(86_400);
  const [endPrevious, setEndPrevious] = useState(false);
  // A key stands for one question: another one needs another.
  const [key, setKey] = useState(newIdempotencyKey);
  const rotate = useRotate(token.id, key);
  const inProgress = isCode(rotate.error, "rotation_in_progress") || Boolean(token.previous_secret);
  const ask = (newGrace: number, end: boolean) => {
    setGrace(newGrace);
    setEndPrevious(end);
    setKey(newIdempotencyKey());
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    rotate.mutate({ grace_seconds: grace, end_previous: endPrevious });
  };
  return (
    <SecretModal
      title={t(rotate.data ? "secretOf" : "rotate.title", { name: token.name })}
      onClose={onClose}
      issued={rotate.data}
      pending={rotate.isPending}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{t("rotate.text")}</Text>
          <Radio.Group
            label={t("rotate.grace")}
            value={String(grace)}
            onChange={(value) => ask(Number(value), endPrevious)}
          >
            <Stack gap={6} mt={6}>
              {graces.map((seconds) => (
                <Radio
                  key={seconds}
                  value={String(seconds)}
                  label={t(`rotate.graces.${seconds}`)}
                  description={seconds === 0 ? t("rotate.now") : undefined}
                />
              ))}
            </Stack>
          </Radio.Group>
          {inProgress && (
            <Alert color="yellow" title={t("rotate.inProgress")}>
              <Checkbox
                label={t("rotate.endPrevious")}
                checked={endPrevious}
                onChange={(event) => ask(grace, event.currentTarget.checked)}
              />
            </Alert>
          )}
          {rotate.error && !isCode(rotate.error, "rotation_in_progress") && <ErrorAlert error={rotate.error} fields />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose} disabled={rotate.isPending}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={rotate.isPending} disabled={inProgress && !endPrevious}>
              {t("rotate.action")}
            </Button>
          </Group>
        </Stack>
      </form>
    </SecretModal>
  );
}
