import { ActionIcon, Button, Group, Input, Stack, Text, TextInput } from "@mantine/core";
import { Plus, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { faultsOfPairs, maxPairs, type Pair } from "./metadata";

export interface MetadataFieldProps {
  value: Pair[];
  onChange: (pairs: Pair[]) => void;
  /** What is wrong with the pairs as a whole. */
  error?: string;
  /** What the server found wrong, by key. */
  faults?: Record<string, string>;
}

/** Facts of one's own about a token, as keys and values. */
export function MetadataField({ value, onChange, error, faults }: MetadataFieldProps) {
  const { t } = useTranslation("form");
  const rows = useRef<HTMLDivElement>(null);
  const grown = useRef(false);
  const found = faultsOfPairs(value);
  const whole = found.find(({ path }) => path.length === 0);
  const faultAt = (i: number, pair: Pair) => {
    const fault = found.find(({ path }) => path[0] === i);
    return fault ? t(`metadata.fault.${fault.message}`) : faults?.[pair.key];
  };
  const set = (i: number, change: Partial<Pair>) =>
    onChange(value.map((pair, j) => (i === j ? { ...pair, ...change } : pair)));

  useEffect(() => {
    if (!grown.current) return;
    grown.current = false;
    const inputs = rows.current?.querySelectorAll<HTMLInputElement>("[data-key]");
    inputs?.[value.length - 1]?.focus();
  }, [value.length]);

  return (
    <Input.Wrapper
      labelElement="div"
      label={t("metadata.label")}
      description={t("metadata.description")}
      error={error ?? (whole && t(`metadata.fault.${whole.message}`))}
      inputWrapperOrder={["label", "description", "input", "error"]}
    >
      <Stack gap={6} mt={6} ref={rows}>
        {value.map((pair, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
          <Group key={i} gap={6} align="flex-start" wrap="nowrap">
            <TextInput
              data-key
              flex={2}
              value={pair.key}
              onChange={(event) => set(i, { key: event.currentTarget.value })}
              error={faultAt(i, pair)}
              aria-label={t("metadata.key", { n: i + 1 })}
              placeholder={t("metadata.keyExample")}
              autoComplete="off"
            />
            <TextInput
              flex={3}
              value={pair.value}
              onChange={(event) => set(i, { value: event.currentTarget.value })}
              aria-label={t("metadata.value", { n: i + 1 })}
              placeholder={t("metadata.valueExample")}
              autoComplete="off"
            />
            <ActionIcon
              aria-label={t("metadata.remove", { n: i + 1 })}
              onClick={() => onChange(value.filter((_, j) => j !== i))}
            >
              <X size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Group gap="sm">
          <Button
            variant="default"
            size="xs"
            leftSection={<Plus size={14} aria-hidden />}
            disabled={value.length >= maxPairs}
            onClick={() => {
              grown.current = true;
              onChange([...value, { key: "", value: "" }]);
            }}
          >
            {t("metadata.add")}
          </Button>
          {value.length > 0 && (
            <Text size="xs" c="dimmed">
              {t("chips.count", { count: value.length, max: maxPairs })}
            </Text>
          )}
        </Group>
      </Stack>
    </Input.Wrapper>
  );
}
