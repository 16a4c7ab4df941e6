import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { SecretPanel } from "@/ui/secret-panel";

interface Props {
  title: string;
  onClose: () => void;
  /** The token with its secret, once there is one: then only storing it ends the dialog. */
  issued: Schema["CreatedToken"] | Schema["RotatedToken"] | undefined;
  pending: boolean;
  /** What is asked before. */
  children: ReactNode;
}

/** Asks, and then shows a secret. */
export function SecretModal({ title, onClose, issued, pending, children }: Props) {
  const { t } = useTranslation();
  const fixed = pending || issued !== undefined;
  return (
    <Modal
      opened
      onClose={fixed ? () => {} : onClose}
      withCloseButton={!issued}
      closeButtonProps={{ "aria-label": t("action.close"), disabled: pending }}
      title={title}
      size={issued ? "lg" : "md"}
    >
      {issued ? <SecretPanel key={issued.id} secret={issued.secret} token={issued} onDone={onClose} /> : children}
    </Modal>
  );
}
