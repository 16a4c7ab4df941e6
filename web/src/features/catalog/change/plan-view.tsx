import { Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/ui/use-format";
import { PlanList } from "./plan-list";
import type { Plan } from "./use-change";

const sorts = ["versions", "categories", "scopes", "routes", "bindings", "presets"] as const;

/** What a plan does to an account type: what appears, vanishes and changes. */
export function PlanView({ plan }: { plan: Plan }) {
  const { t } = useTranslation("admin");
  const format = useFormat();
  const ids = (kind: "added" | "removed" | "changed") =>
    sorts.flatMap((sort) => {
      const entries = plan[sort]?.[kind] ?? [];
      const texts = entries.map((entry) =>
        typeof entry === "string" ? entry : `${entry.id} (${format.list(entry.fields)})`,
      );
      return texts.length > 0 ? [{ title: t(`plan.${sort}`, { count: texts.length }), ids: texts }] : [];
    });
  const changed = ids("changed");
  if (plan.default_version) {
    const { old, new: next } = plan.default_version;
    changed.unshift({ title: t("plan.default", { old, next }), ids: [] });
  }
  if (plan.fields?.length) changed.unshift({ title: t("plan.fields", { fields: format.list(plan.fields) }), ids: [] });
  const parts = [
    { title: t("plan.appears"), groups: ids("added"), color: "pine" },
    { title: t("plan.vanishes"), groups: ids("removed"), color: "red" },
    { title: t("plan.changes"), groups: changed, color: "gray" },
  ].filter(({ groups }) => groups.length > 0);
  return (
    <Stack gap="sm" component="section" aria-label={plan.account_type}>
      <Title order={3}>{plan.new ? t("plan.newType", { type: plan.account_type }) : plan.account_type}</Title>
      {parts.length === 0 && <Text size="sm">{t("plan.nothing")}</Text>}
      {parts.map((part) => (
        <PlanList key={part.title} {...part} />
      ))}
    </Stack>
  );
}

/** Whether a plan changes nothing. */
export function isEmpty(plan: Plan): boolean {
  return !plan.new && !plan.fields?.length && !plan.default_version && sorts.every((sort) => !plan[sort]);
}
