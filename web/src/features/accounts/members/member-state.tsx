import { Alert, Anchor, List, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { notifyDone } from "@/ui/notify";
import { useTokensOf } from "../use-accounts";
import { type Member, useUpdateMember } from "./use-members";

/** Says what comes of it before a member is shut out, or let in again. */
export function MemberState({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const { member_id } = useMe();
  const update = useUpdateMember(member.account_id, member.id);
  const action = member.state === "active" ? "deactivate" : "activate";
  const confirm = () =>
    update.mutate(
      { state: action === "deactivate" ? "inactive" : "active" },
      {
        onSuccess: () => {
          notifyDone(t(`members.${action}.done`, { name: member.name }));
          onClose();
        },
      },
    );
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t(`members.${action}.title`, { name: member.name })}
      action={t(`members.${action}.action`)}
      onConfirm={confirm}
      pending={update.isPending}
      error={update.error}
      danger={action === "deactivate"}
    >
      <Stack gap="sm">
        <Text size="sm">{t(`members.${action}.text`)}</Text>
        {action === "deactivate" && member.id === member_id && (
          <Alert color="orange">{t("members.deactivate.yourself")}</Alert>
        )}
        {action === "deactivate" && <ContactOf member={member} />}
      </Stack>
    </ConfirmDialog>
  );
}

const shown = 10;

/** The tokens that would have nobody to write to. */
function ContactOf({ member }: { member: Member }) {
  const { t } = useTranslation("admin");
  const { operator } = useMe();
  const { data } = useTokensOf(member.account_id, { contact: member.id });
  if (!data) return null;
  if (data.tokens.length === 0) return <Text size="sm">{t("members.deactivate.noTokens")}</Text>;
  const count = data.tokens.length;
  const search = { contact: member.id, account: operator ? member.account_id : undefined };
  return (
    <div>
      <Text size="sm" fw={600}>
        {t(data.more ? "members.deactivate.tokensOver" : "members.deactivate.tokens", { count })}
      </Text>
      <List size="sm" my={6} aria-label={t("members.deactivate.list")}>
        {data.tokens.slice(0, shown).map(({ id, name }) => (
          <List.Item key={id}>{name}</List.Item>
        ))}
        {count > shown && <List.Item>{t("members.deactivate.others", { count: count - shown })}</List.Item>}
      </List>
      <Text size="sm">
        {t("members.deactivate.advice")}{" "}
        <Anchor size="sm" underline="always" renderRoot={(props) => <Link to="/tokens" search={search} {...props} />}>
          {t("members.deactivate.change")}
        </Anchor>
      </Text>
    </div>
  );
}
