import { Button, Group, Stack, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BulkAction } from "./bulk";

interface Props {
  action: BulkAction;
  /** Of how many tokens it is. */
  count: number;
  /** Whether all that is needed was chosen. */
  ready: boolean;
  onCancel: () => void;
  onConfirm: () => void;
  children: ReactNode;
}

/** Asks before many tokens are changed. What is final asks for their number. */
export function BulkQuestion({ action, count, ready, onCancel, onConfirm, children }: Props) {
  const { t } = useTranslation(["tokens", "common"]);
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (action === "revoke" && typed.trim() !== String(count)) setWrong(true);
    else onConfirm();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {children}
        {action === "revoke" && count > 0 && (
          <TextInput
            label={t("bulk.type", { count })}
            inputMode="numeric"
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              setWrong(false);
            }}
            error={wrong && t("bulk.mismatch")}
            autoComplete="off"
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            {t("common:action.cancel")}
          </Button>
          <Button type="submit" color={action === "contact" ? undefined : "red"} disabled={!ready || count === 0}>
            {t(`bulk.${action}.action`, { count })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
