import { Badge } from "@mantine/core";
import { ShieldAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Scope } from "./selection";

/** Whether a scope reads or writes. */
export function AccessMark({ access }: { access: Scope["access"] }) {
  const { t } = useTranslation("scopes");
  return (
    <Badge
      size="sm"
      variant={access === "write" ? "light" : "default"}
      color={access === "write" ? "orange" : "gray"}
      tt="none"
    >
      {t(`access.${access}`)}
    </Badge>
  );
}

/** That a scope opens what must be guarded well. */
export function SensitiveMark() {
  const { t } = useTranslation("scopes");
  return (
    <Badge size="sm" variant="light" color="red" tt="none" leftSection={<ShieldAlert size={11} aria-hidden />}>
      {t("sensitive")}
    </Badge>
  );
}

/** That a scope is added or taken away by what is being edited. */
export function ChangeMark({ change }: { change: "added" | "removed" | undefined }) {
  const { t } = useTranslation("scopes");
  if (!change) return null;
  return (
    <Badge size="sm" variant="light" color={change === "added" ? "pine" : "red"} tt="none">
      {t(`change.${change}`)}
    </Badge>
  );
}
