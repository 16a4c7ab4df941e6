import { Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/ui/use-format";
import { daysBetween, daysWithin, type Expiry, endOf, isDay, type LifetimePolicy, localDay, mustEnd } from "./expiry";

export interface ExpiryFieldProps {
  value: Expiry;
  onChange: (expiry: Expiry) => void;
  policy: LifetimePolicy | undefined;
  error?: string;
}

/** Chooses when a token ends, within what the account's policy allows. */
export function ExpiryField({ value, onChange, policy, error }: ExpiryFieldProps) {
  const { t } = useTranslation("form");
  const format = useFormat();
  const now = new Date();
  const { first, last } = daysBetween(now, policy);
  const end = value.kind === "date" && !isDay(value.date) ? null : endOf(value, now, policy);
  const chosen = value.kind === "days" ? String(value.days) : value.kind;
  const choose = (choice: string) => {
    if (choice === "never") onChange({ kind: "never" });
    else if (choice === "date") onChange({ kind: "date", date: end ? earlier(localDay(end), last) : "" });
    else onChange({ kind: "days", days: Number(choice) });
  };
  return (
    <Stack gap={6}>
      <Radio.Group
        label={t("expiry.label")}
        description={describe()}
        value={chosen}
        onChange={choose}
        error={value.kind === "date" ? undefined : error}
      >
        <Group gap="lg" mt={8}>
          {daysWithin(policy).map((days) => (
            <Radio key={days} value={String(days)} label={t("expiry.days", { count: days })} />
          ))}
          <Radio value="date" label={t("expiry.date")} />
          {!mustEnd(policy) && <Radio value="never" label={t("expiry.never")} />}
        </Group>
      </Radio.Group>
      {value.kind === "date" && (
        <TextInput
          type="date"
          maw={220}
          label={t("expiry.lastDay")}
          value={value.date}
          min={first}
          max={last}
          onChange={(event) => onChange({ kind: "date", date: event.currentTarget.value })}
          error={error}
        />
      )}
      <Text size="xs" c="dimmed" role="status">
        {end
          ? t("expiry.ends", { time: format.time(end.toISOString()) })
          : value.kind === "never" && t("expiry.endless")}
      </Text>
    </Stack>
  );

  function describe() {
    const seconds = policy?.max_lifetime_seconds;
    if (seconds != null) return t("expiry.within", { days: format.number(Math.round(seconds / 8640) / 10) });
    return mustEnd(policy) ? t("expiry.wanted") : undefined;
  }
}

function earlier(day: string, bound: string | undefined): string {
  return bound !== undefined && bound < day ? bound : day;
}
