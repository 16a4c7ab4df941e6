import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";

/** Gives a function that names an hour by the reader's clock, and a day or month as it is counted, in UTC. */
export function useTimeText(resolution: Schema["UsageResolution"]) {
  const { language } = useTranslation().i18n;
  return useMemo(() => {
    const options: Record<Schema["UsageResolution"], Intl.DateTimeFormatOptions> = {
      hour: { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" },
      day: { month: "short", day: "numeric", timeZone: "UTC" },
      month: { year: "numeric", month: "short", timeZone: "UTC" },
    };
    const format = new Intl.DateTimeFormat(language, options[resolution]);
    return (at: number) => format.format(at);
  }, [language, resolution]);
}
