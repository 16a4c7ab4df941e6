import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useFormat } from "@/ui/use-format";

/** Whether the version is one to leave. */
export function goesAway({ state, sunset }: Schema["Version"]): boolean {
  return state !== "current" || sunset !== null;
}

/** Says what becomes of a campaign's version: when it goes away, and whether its tokens are refused then. */
export function useFate({ version, refused }: Schema["Campaign"]): string {
  const { t } = useTranslation("campaign");
  const format = useFormat();
  const { sunset } = version;
  if (!goesAway(version)) return t("stays");
  if (refused) return t("refused");
  if (!sunset) return t("noSunset");
  const passed = Date.parse(sunset) <= Date.now();
  const when = t(passed ? "sunsetPassed" : "sunset", { date: format.date(sunset) });
  const refuses = version.at_sunset === "refuse";
  return `${when} ${t(passed ? "reported" : refuses ? "willRefuse" : "willReport")}`;
}
