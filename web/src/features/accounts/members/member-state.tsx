import { Alert, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { notifyDone } from "@/ui/notify";
import { Responsibilities } from "./responsibilities";
import { SuccessorSelect } from "./successor-select";
import { type Member, useUpdateMember } from "./use-members";
import { useReassign, useResponsibilities } from "./use-responsibilities";

/** Says what comes of it before a member is shut out, or let in again. */
export function MemberState({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const { member_id } = useMe();
  const update = useUpdateMember(member.account_id, member.id);
  const reassign = useReassign(member);
  const [successor, setSuccessor] = useState("");
  const action = member.state === "active" ? "deactivate" : "activate";
  const change = () =>
    update.mutate(
      { state: action === "deactivate" ? "inactive" : "active" },
      {
        onSuccess: () => {
          notifyDone(t(`members.${action}.done`, { name: member.name }));
          onClose();
        },
      },
    );
  const confirm = () => (successor ? reassign.mutate(successor, { onSuccess: change }) : change());
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t(`members.${action}.title`, { name: member.name })}
      action={t(`members.${action}.action`)}
      onConfirm={confirm}
      pending={reassign.isPending || update.isPending}
      error={reassign.error ?? update.error}
      danger={action === "deactivate"}
    >
      <Stack gap="sm">
        <Text size="sm">{t(`members.${action}.text`)}</Text>
        {action === "deactivate" && member.id === member_id && (
          <Alert color="orange">{t("members.deactivate.yourself")}</Alert>
        )}
        {action === "deactivate" && <ContactOf member={member} successor={successor} onSuccessor={setSuccessor} />}
      </Stack>
    </ConfirmDialog>
  );
}

interface ContactOfProps {
  member: Member;
  successor: string;
  onSuccessor: (id: string) => void;
}

/** The tokens that would have nobody to write to, and who could take over. */
function ContactOf({ member, successor, onSuccessor }: ContactOfProps) {
  const { t } = useTranslation("admin");
  const { data } = useResponsibilities(member);
  if (!data) return null;
  if (data.total === 0) return <Text size="sm">{t("members.deactivate.noTokens")}</Text>;
  return (
    <>
      <Responsibilities member={member} of={data} />
      <SuccessorSelect member={member} value={successor} onChange={onSuccessor} />
    </>
  );
}
