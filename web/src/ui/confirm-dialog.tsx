import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorAlert } from "./error-alert";
import { Filled } from "./filled";

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, in whole sentences. */
  children: ReactNode;
  /** What the button does, as a verb: "Revoke". */
  action: string;
  onConfirm: () => void;
  pending?: boolean;
  error?: unknown;
  /** A text that must be typed first, for what cannot be undone. */
  typed?: string;
  /** Whether something is lost by it. */
  danger?: boolean;
  /** Whether something else in the dialog is still missing. */
  disabled?: boolean;
}

/** Asks before something is done. While it is being done the dialog stays, and shows what failed. */
export function ConfirmDialog({ opened, onClose, title, pending = false, ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={pending ? () => {} : onClose}
      title={title}
      closeButtonProps={{ "aria-label": t("action.close"), disabled: pending }}
    >
      <Body onClose={onClose} pending={pending} {...rest} />
    </Modal>
  );
}

/** Is there only while the dialog is open, so that what was typed is gone when it opens again. */
function Body({
  onClose,
  children,
  action,
  onConfirm,
  pending,
  error,
  typed,
  danger,
  disabled,
}: Omit<Props, "opened" | "title">) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState(false);
  const label = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation(); // the dialog may have been opened from within another form
    if (typed !== undefined && text.trim() !== typed.trim()) setWrong(true);
    else onConfirm();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <div>{children}</div>
        {typed !== undefined && (
          <TextInput
            data-autofocus
            id={label}
            label={<Filled text={t("confirm.type")} parts={{ 1: <strong>{typed}</strong> }} />}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setWrong(false);
            }}
            error={wrong && t("confirm.mismatch")}
            autoComplete="off"
            spellCheck={false}
          />
        )}
        {error != null && <ErrorAlert error={error} fields />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={pending}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" color={danger ? "red" : undefined} loading={pending} disabled={disabled}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
