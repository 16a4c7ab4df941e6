import { Button, Card, Group, Stack, Text } from "@mantine/core";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { isCode, type Schema } from "@/api/client";
import { useMe } from "@/api/me";
import { ErrorAlert } from "@/ui/error-alert";
import { LeaveGuard } from "@/ui/leave-guard";
import { notifyDone } from "@/ui/notify";
import { useUpdateAccount } from "../use-accounts";
import { accountDraft, changesOf } from "./account-draft";
import { AccountFields } from "./account-fields";
import { PolicyFields } from "./policy-fields";
import { StateCard } from "./state-card";
import { useFaults } from "./use-faults";

/** Changes an account: operators all of it, its admins the policy. */
export function AccountSettings({ account }: { account: Schema["Account"] }) {
  const { t } = useTranslation(["admin", "common"]);
  const { operator } = useMe();
  const update = useUpdateAccount(account.id);
  const form = useForm({ values: accountDraft(account), resetOptions: { keepDirtyValues: true } });
  const showFaults = useFaults(form);
  const changed = form.formState.isDirty;
  const submit = form.handleSubmit((draft) =>
    update.mutate(changesOf(account, draft), {
      onSuccess: (now) => {
        form.reset(accountDraft(now));
        notifyDone(t("account.saved"));
      },
      onError: showFaults,
    }),
  );
  return (
    <Stack gap="lg" maw={720}>
      <Card component="form" onSubmit={submit} noValidate>
        <Stack gap="lg">
          {operator && <AccountFields form={form} />}
          <PolicyFields form={form} />
          <Text size="sm" c="dimmed">
            {t("policy.existing")}
          </Text>
          {update.error && !isCode(update.error, "external_id_taken") && <ErrorAlert error={update.error} />}
          <Group justify="flex-end" gap="xs">
            {changed && (
              <Button variant="default" onClick={() => form.reset(accountDraft(account))}>
                {t("account.undo")}
              </Button>
            )}
            <Button type="submit" loading={update.isPending} disabled={!changed}>
              {t("common:action.save")}
            </Button>
          </Group>
        </Stack>
      </Card>
      {operator && <StateCard account={account} />}
      <LeaveGuard when={changed && !update.isPending} text={t("account.unsaved")} />
    </Stack>
  );
}
