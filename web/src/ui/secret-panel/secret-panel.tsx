import { Alert, Anchor, Button, Checkbox, Group, List, Stack, Text } from "@mantine/core";
import { ClipboardX, Download, KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useConfig } from "@/api/config";
import { CopyButton } from "@/ui/copy-button";
import { LeaveGuard } from "@/ui/leave-guard";
import classes from "./secret-panel.module.css";
import { Snippets } from "./snippet-tabs";
import { envFile, envFileName } from "./snippets";

export interface SecretPanelProps {
  secret: string;
  /** Whose secret it is. */
  token: Pick<Schema["Token"], "id" | "account_id" | "name" | "scopes">;
  /** Called once it is stored. Drop the secret then: reset the mutation that made it. */
  onDone: () => void;
  /** What the button says that ends this. */
  done?: string;
}

/** Shows a new secret, once: to copy, to download, and how to use it. It asks before it is left unstored. */
export function SecretPanel({ secret, token, onDone, done }: SecretPanelProps) {
  const { t } = useTranslation("secret");
  const { help_url } = useConfig();
  const [stored, setStored] = useState(false);
  const [copied, setCopied] = useState(false);
  return (
    <Stack gap="lg">
      <LeaveGuard when={!stored} title={t("leave.title")} text={t("leave.text")} leave={t("leave.leave")} />
      <Alert icon={<KeyRound aria-hidden />} title={t("once.title")} color="orange">
        {t("once.text")}
      </Alert>
      <div>
        <Text size="sm" fw={600} mb={6} id="secret-label">
          {t("label")}
        </Text>
        <div role="group" aria-labelledby="secret-label" className={classes.secret}>
          <code>{secret}</code>
        </div>
        <Group gap="xs" mt="sm">
          <CopyButton value={secret} label={t("copy")} withText variant="filled" onCopied={() => setCopied(true)} />
          <Button
            variant="default"
            leftSection={<Download size={16} aria-hidden />}
            onClick={() => download(envFileName(token), envFile(token, secret))}
          >
            {t("download")}
          </Button>
          {copied && <ClearClipboard />}
        </Group>
      </div>
      <Snippets token={token} />
      <div>
        <Text size="sm" fw={600} mb={4}>
          {t("advice.title")}
        </Text>
        <List size="sm" spacing={2}>
          {(["manager", "code", "rotate", "leak"] as const).map((key) => (
            <List.Item key={key}>{t(`advice.${key}`)}</List.Item>
          ))}
        </List>
        {help_url && (
          <Anchor href={help_url} target="_blank" rel="noopener" size="sm" mt={6} display="inline-block">
            {t("advice.more")}
          </Anchor>
        )}
      </div>
      <Group justify="space-between" className={classes.end}>
        <Checkbox checked={stored} onChange={(event) => setStored(event.currentTarget.checked)} label={t("stored")} />
        <Button disabled={!stored} onClick={onDone}>
          {done ?? t("done")}
        </Button>
      </Group>
    </Stack>
  );
}

function ClearClipboard() {
  const { t } = useTranslation("secret");
  const [cleared, setCleared] = useState<boolean>();
  const clear = async () => {
    try {
      await navigator.clipboard.writeText("");
      setCleared(true);
    } catch {
      setCleared(false);
    }
  };
  return (
    <>
      <Button variant="subtle" color="gray" leftSection={<ClipboardX size={16} aria-hidden />} onClick={clear}>
        {t("clear.action")}
      </Button>
      <Text size="xs" c="dimmed" role="status">
        {cleared !== undefined && t(cleared ? "clear.done" : "clear.failed")}
      </Text>
    </>
  );
}

/** Gives the browser a file. Its contents are let go at once. */
function download(name: string, text: string) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
