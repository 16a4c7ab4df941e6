import { Alert, Checkbox, Code, List, Stack, Text } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Consent } from "./source";
import type { Plan } from "./use-change";

const shown = 8;

interface Props {
  plans: Plan[];
  consent: Consent;
  onChange: (consent: Consent) => void;
}

/** What the change does to tokens that exist. What takes from them or gives to them has to be agreed to. */
export function Consequences({ plans, consent, onChange }: Props) {
  const { t } = useTranslation("admin");
  const touched = sum(plans.map((plan) => plan.touched_tokens));
  const byScope = plans.flatMap((plan) => Object.entries(plan.touched_by_scope ?? {}));
  const widened = plans.flatMap((plan) => plan.widened);
  const retired = plans.flatMap((plan) => plan.retired_versions);
  return (
    <Stack gap="sm">
      {touched > 0 && (
        <Alert color="red" icon={<TriangleAlert aria-hidden />} title={t("plan.removals.title", { count: touched })}>
          <Stack gap="xs">
            <Text size="sm">{t("plan.removals.text")}</Text>
            <Items items={byScope.map(([scope, count]) => [scope, t("plan.removals.tokens", { count })])} />
            <Checkbox
              label={t("plan.removals.allow")}
              checked={consent.removals}
              onChange={(event) => onChange({ ...consent, removals: event.currentTarget.checked })}
            />
          </Stack>
        </Alert>
      )}
      {widened.length > 0 && (
        <Alert
          color="orange"
          icon={<TriangleAlert aria-hidden />}
          title={t("plan.widening.title", { count: widened.length })}
        >
          <Stack gap="xs">
            <Text size="sm">{t("plan.widening.text")}</Text>
            <Items items={widened.map(({ scope, method, path }) => [scope, `${method} ${path}`])} />
            <Checkbox
              label={t("plan.widening.allow")}
              checked={consent.widening}
              onChange={(event) => onChange({ ...consent, widening: event.currentTarget.checked })}
            />
          </Stack>
        </Alert>
      )}
      {retired.length > 0 && <Alert color="orange">{t("plan.retired", { versions: retired.join(", ") })}</Alert>}
      {touched === 0 && widened.length === 0 && <Text size="sm">{t("plan.untouched")}</Text>}
    </Stack>
  );
}

function Items({ items }: { items: [scope: string, what: string][] }) {
  const { t } = useTranslation("admin");
  return (
    <List size="sm">
      {items.slice(0, shown).map(([scope, what]) => (
        <List.Item key={`${scope} ${what}`}>
          <Code>{scope}</Code> {what}
        </List.Item>
      ))}
      {items.length > shown && <List.Item>{t("plan.others", { count: items.length - shown })}</List.Item>}
    </List>
  );
}

/** Whether all was agreed to that needs it. */
export function isAgreed(plans: Plan[], consent: Consent): boolean {
  const removes = plans.some((plan) => plan.touched_tokens > 0);
  const widens = plans.some((plan) => plan.widened.length > 0);
  return (!removes || consent.removals) && (!widens || consent.widening);
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
