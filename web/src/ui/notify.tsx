import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { ErrorAlert } from "./error-alert";

/** Says for a few seconds, below on the right and to screen readers, that something was done. */
export function notifyDone(message: ReactNode) {
  notifications.show({ ...frame(), message, color: "pine", icon: <Check size={16} aria-hidden /> });
}

/** Says, until it is closed, that something failed which has no better place to say so. */
export function notifyError(error: unknown) {
  notifications.show({ ...frame(), message: <ErrorAlert error={error} />, color: "red", autoClose: false });
}

function frame() {
  return { withBorder: true, closeButtonProps: { "aria-label": i18next.t("action.close") } };
}
