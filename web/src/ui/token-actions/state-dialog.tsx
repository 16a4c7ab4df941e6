import { Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { DateText } from "@/ui/date-text";
import { notifyDone } from "@/ui/notify";
import { isFinal } from "./actions";
import { useChangeState } from "./use-token-changes";

interface Props {
  action: "disable" | "enable" | "revoke" | "delete";
  token: Schema["Token"];
  onClose: () => void;
  onDeleted?: () => void;
}

const maxReason = 500;

/** Disables, enables, revokes or deletes a token. What is final asks for the token's name. */
export function StateDialog({ action, token, onClose, onDeleted }: Props) {
  const { t } = useTranslation("actions");
  const change = useChangeState(token.id);
  const [reason, setReason] = useState("");
  const confirm = () =>
    change.mutate(action === "revoke" ? { action, reason: reason.trim() } : { action }, {
      onSuccess: () => {
        notifyDone(t(`${action}.done`, { name: token.name }));
        onClose();
        if (action === "delete") onDeleted?.();
      },
    });
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t(`${action}.title`, { name: token.name })}
      action={t(`${action}.action`)}
      onConfirm={confirm}
      pending={change.isPending}
      error={change.error}
      typed={isFinal(action) ? token.name : undefined}
      danger={action !== "enable"}
    >
      <Stack gap="sm">
        <Text size="sm">{t(`${action}.text`)}</Text>
        {action !== "enable" && (
          <Text size="sm" c="dimmed">
            {t("lastUsed")} <DateText value={token.last_used_at} />
          </Text>
        )}
        {action === "revoke" && (
          <Textarea
            label={t("revoke.reason")}
            description={t("revoke.reasonText")}
            maxLength={maxReason}
            rows={2}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
      </Stack>
    </ConfirmDialog>
  );
}
