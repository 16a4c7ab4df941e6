import { Button, Card, Group, List, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { notifyDone } from "@/ui/notify";
import { useTokensOf, useUpdateAccount } from "../use-accounts";

/** Where an operator switches a whole account off and on again. */
export function StateCard({ account }: { account: Schema["Account"] }) {
  const { t } = useTranslation("admin");
  const [asking, setAsking] = useState(false);
  const action = account.state === "active" ? "disable" : "enable";
  if (account.type === "operator") {
    return (
      <Text size="sm" c="dimmed">
        {t("account.operators")}
      </Text>
    );
  }
  return (
    <Card component="section" aria-labelledby="state">
      <Group justify="space-between" gap="md">
        <div style={{ flex: "1 1 260px" }}>
          <Title order={2} size="h3" id="state">
            {t(`account.${action}.title`)}
          </Title>
          <Text size="sm" c="dimmed">
            {t(`account.${action}.text`)}
          </Text>
        </div>
        <Button variant="light" color={action === "disable" ? "red" : undefined} onClick={() => setAsking(true)}>
          {t(`account.${action}.open`)}
        </Button>
      </Group>
      {asking && <StateDialog account={account} action={action} onClose={() => setAsking(false)} />}
    </Card>
  );
}

interface DialogProps {
  account: Schema["Account"];
  action: "disable" | "enable";
  onClose: () => void;
}

/** Says what comes of it before all tokens of an account are refused or accepted again. */
function StateDialog({ account, action, onClose }: DialogProps) {
  const { t } = useTranslation("admin");
  const update = useUpdateAccount(account.id);
  const active = useTokensOf(account.id, { status: ["active"] }).data;
  const count = active?.tokens.length ?? 0;
  const confirm = () =>
    update.mutate(
      { state: action === "disable" ? "disabled" : "active" },
      {
        onSuccess: () => {
          notifyDone(t(`account.${action}.done`, { name: account.name }));
          onClose();
        },
      },
    );
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t(`account.${action}.question`, { name: account.name })}
      action={t(`account.${action}.action`)}
      onConfirm={confirm}
      pending={update.isPending}
      error={update.error}
      typed={action === "disable" ? account.name : undefined}
      danger={action === "disable"}
    >
      <Stack gap="xs">
        <Text size="sm">{t(`account.${action}.lead`)}</Text>
        <List size="sm" spacing={4}>
          <List.Item>
            {active === undefined
              ? t(`account.${action}.tokensUnknown`)
              : t(`account.${action}.${active.more ? "tokensOver" : "tokens"}`, { count })}
          </List.Item>
          <List.Item>{t(`account.${action}.members`)}</List.Item>
          <List.Item>{t(`account.${action}.back`)}</List.Item>
        </List>
      </Stack>
    </ConfirmDialog>
  );
}
