import { Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { newIdempotencyKey } from "@/api/idempotency";
import { ErrorAlert } from "@/ui/error-alert";
import { Secret } from "./secret";
import { useRotateWebhook, type Webhook } from "./use-webhooks";

/** How long the old secret signs, too, in seconds. */
const graces = [604_800, 86_400, 3600, 0] as const;

/** Gives a webhook a new secret, after a choice of how long the old one signs beside it, and shows it. */
export function RotateWebhook({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { t } = useTranslation(["webhooks", "actions", "common"]);
  const [grace, setGrace] = useState(86_400);
  // A key stands for one question: another one needs another.
  const [key, setKey] = useState(newIdempotencyKey);
  const rotate = useRotateWebhook(webhook.id, key);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rotate.mutate(grace);
  };
  const fixed = rotate.isPending || rotate.data !== undefined;
  return (
    <Modal
      opened
      onClose={fixed ? () => {} : onClose}
      withCloseButton={!rotate.data}
      closeButtonProps={{ "aria-label": t("common:action.close"), disabled: rotate.isPending }}
      title={t(rotate.data ? "secret.title" : "rotate.title")}
    >
      {rotate.data ? (
        <Secret secret={rotate.data.secret} onDone={onClose} />
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <Text size="sm">{t("rotate.text")}</Text>
            <Radio.Group
              label={t("rotate.grace")}
              value={String(grace)}
              onChange={(value) => {
                setGrace(Number(value));
                setKey(newIdempotencyKey());
              }}
            >
              <Stack gap={6} mt={6}>
                {graces.map((seconds) => (
                  <Radio key={seconds} value={String(seconds)} label={t(`actions:rotate.graces.${seconds}`)} />
                ))}
              </Stack>
            </Radio.Group>
            {rotate.error && <ErrorAlert error={rotate.error} fields />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose} disabled={rotate.isPending}>
                {t("common:action.cancel")}
              </Button>
              <Button type="submit" loading={rotate.isPending}>
                {t("rotate.action")}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
