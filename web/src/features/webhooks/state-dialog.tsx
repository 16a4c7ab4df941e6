import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { notifyDone } from "@/ui/notify";
import { type StateAction, useChangeState, type Webhook } from "./use-webhooks";

interface Props {
  action: StateAction;
  webhook: Webhook;
  onClose: () => void;
  onDeleted: () => void;
}

/** Says what comes of it before a webhook is enabled, disabled or deleted. */
export function StateDialog({ action, webhook, onClose, onDeleted }: Props) {
  const { t } = useTranslation("webhooks");
  const change = useChangeState(webhook.id);
  const confirm = () =>
    change.mutate(action, {
      onSuccess: () => {
        notifyDone(t(`${action}.done`));
        onClose();
        if (action === "delete") onDeleted();
      },
    });
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t(`${action}.title`)}
      action={t(`${action}.action`)}
      onConfirm={confirm}
      pending={change.isPending}
      error={change.error}
      danger={action !== "enable"}
    >
      <Text size="sm">{t(`${action}.text`)}</Text>
    </ConfirmDialog>
  );
}
