import { Skeleton, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { ErrorAlert } from "@/ui/error-alert";
import { notifyDone } from "@/ui/notify";
import { Responsibilities } from "./responsibilities";
import { SuccessorSelect } from "./successor-select";
import type { Member } from "./use-members";
import { useReassign, useResponsibilities } from "./use-responsibilities";

/** Makes somebody else the contact of all tokens of which a member is. */
export function HandOver({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const [to, setTo] = useState("");
  const tokens = useResponsibilities(member);
  const reassign = useReassign(member);
  const nothing = tokens.data?.total === 0;
  const confirm = () =>
    reassign.mutate(to, {
      onSuccess: ({ reassigned }) => {
        notifyDone(t("members.handOver.done", { count: reassigned }));
        onClose();
      },
    });
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t("members.handOver.title", { name: member.name })}
      action={t("members.handOver.action")}
      onConfirm={confirm}
      pending={reassign.isPending}
      error={reassign.error}
      disabled={to === "" || nothing}
    >
      <Stack gap="sm">
        <Text size="sm">{t("members.handOver.text")}</Text>
        {tokens.error && <ErrorAlert error={tokens.error} onRetry={() => tokens.refetch()} />}
        {tokens.isPending && <Skeleton h={60} role="status" aria-busy aria-label={t("members.handOver.loading")} />}
        {nothing && <Text size="sm">{t("members.deactivate.noTokens")}</Text>}
        {tokens.data && !nothing && (
          <>
            <Responsibilities member={member} of={tokens.data} />
            <SuccessorSelect member={member} value={to} onChange={setTo} required />
          </>
        )}
      </Stack>
    </ConfirmDialog>
  );
}
