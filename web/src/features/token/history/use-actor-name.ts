import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";

/** Gives a function that names who did something, as the audit log has recorded them. */
export function useActorName() {
  const { t } = useTranslation("token");
  return ({ kind, id, name }: Schema["AuditActor"]): string => {
    const known = name || id;
    switch (kind) {
      case "token":
        return t("actor.service", { name: known });
      case "local":
        return t("actor.local", { name: known });
      case "system":
        return t("actor.system");
      default:
        return known || t("actor.unknown");
    }
  };
}
