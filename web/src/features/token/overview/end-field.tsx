import { Button, Group, Input, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Expiry, ExpiryField, type LifetimePolicy, localDay, mustEnd, presetExpiry } from "@/ui/token-fields";
import { useFormat } from "@/ui/use-format";

interface Props {
  value: Expiry | "same";
  /** When the token ends as it is. */
  now: string | null;
  policy: LifetimePolicy | undefined;
  onChange: (end: Expiry | "same") => void;
  error?: string;
}

/** When the token ends: as it is, to the second, until one asks to change it. */
export function EndField({ value, now, policy, onChange, error }: Props) {
  const { t } = useTranslation("token");
  const format = useFormat();
  if (value === "same")
    return (
      <Input.Wrapper label={t("field.expires_at")} labelElement="div" error={error}>
        <Group gap="xs">
          <Text size="sm">{now ? format.time(now) : t("value.never")}</Text>
          <Button variant="subtle" size="compact-xs" onClick={() => onChange(first())}>
            {t("edit.changeEnd")}
          </Button>
        </Group>
      </Input.Wrapper>
    );
  return (
    <div>
      <ExpiryField value={value} onChange={onChange} policy={policy} error={error} />
      <Button variant="subtle" size="compact-xs" mt={4} onClick={() => onChange("same")}>
        {t("edit.keepEnd")}
      </Button>
    </div>
  );

  function first(): Expiry {
    if (!now) return mustEnd(policy) ? presetExpiry(policy, new Date()) : { kind: "never" };
    // The date is of the last day on which it works, and today for a token that has ended.
    return { kind: "date", date: localDay(new Date(Math.max(Date.parse(now) - 1, Date.now()))) };
  }
}
