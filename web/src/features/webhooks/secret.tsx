import { Alert, Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "@/ui/copy-button";
import { LeaveGuard } from "@/ui/leave-guard";
import classes from "./webhooks.module.css";

/** Shows the secret that signatures are checked with, once, until it is stored. */
export function Secret({ secret, onDone }: { secret: string; onDone: () => void }) {
  const { t } = useTranslation("webhooks");
  const [stored, setStored] = useState(false);
  return (
    <Stack>
      <LeaveGuard when={!stored} title={t("secret.leave")} text={t("secret.leaveText")} />
      <Alert icon={<KeyRound aria-hidden />} title={t("secret.once")} color="orange">
        {t("secret.text")}
      </Alert>
      <div>
        <Text size="sm" fw={600} mb={6} id="webhook-secret">
          {t("secret.label")}
        </Text>
        <div role="group" aria-labelledby="webhook-secret" className={classes.secret}>
          <code>{secret}</code>
        </div>
        <Group mt="sm">
          <CopyButton value={secret} label={t("secret.copy")} withText variant="filled" />
        </Group>
      </div>
      <Group justify="space-between">
        <Checkbox
          checked={stored}
          onChange={(event) => setStored(event.currentTarget.checked)}
          label={t("secret.stored")}
        />
        <Button disabled={!stored} onClick={onDone}>
          {t("secret.done")}
        </Button>
      </Group>
    </Stack>
  );
}
