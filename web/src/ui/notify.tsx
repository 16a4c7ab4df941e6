import { notifications } from "@mantine/notifications";
import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { ErrorAlert } from "./error-alert";

/** Says for a few seconds, below on the right and to screen readers, that something was done. */
export function notifyDone(message: ReactNode) {
  notifications.show({ message, color: "pine", icon: <Check size={16} aria-hidden />, withBorder: true });
}

/** Says, until it is closed, that something failed which has no better place to say so. */
export function notifyError(error: unknown) {
  notifications.show({ message: <ErrorAlert error={error} />, color: "red", autoClose: false, withBorder: true });
}
