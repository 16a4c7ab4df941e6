import { Badge, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { catalogQuery } from "@/api/catalog";
import { useFormat } from "@/ui/use-format";

/** What the catalog tells of an API version. */
export function useVersion(id: string) {
  const { data: catalog } = useQuery(catalogQuery(useTranslation().i18n.language));
  return { version: catalog?.versions.find((version) => version.id === id), versions: catalog?.versions ?? [] };
}

const colors = { current: "gray", deprecated: "orange", retired: "red" } as const;

/** An API version, marked if it goes away or has gone. */
export function VersionBadge({ version: id }: { version: string }) {
  const { t } = useTranslation(["token", "common"]);
  const format = useFormat();
  const { version } = useVersion(id);
  const state = version?.state ?? "current";
  const text = t("version.badge", { version: id });
  const badge = (
    <Badge
      variant={state === "current" ? "default" : "light"}
      color={colors[state]}
      radius="sm"
      tt="none"
      tabIndex={version?.sunset ? 0 : undefined}
    >
      {state === "current" ? text : t("version.marked", { version: text, state: t(`common:status.${state}`) })}
    </Badge>
  );
  if (!version?.sunset || state !== "deprecated") return badge;
  return <Tooltip label={t("version.until", { date: format.date(version.sunset) })}>{badge}</Tooltip>;
}
