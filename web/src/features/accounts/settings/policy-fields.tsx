import { Fieldset, Group, NativeSelect, NumberInput, Stack, Switch } from "@mantine/core";
import { Controller, type UseFormReturn } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { AccountDraft } from "./account-draft";
import { units } from "./policy";

const rules = ["require_expiry", "require_cidrs", "allow_self_rotation"] as const;

/** What the account asks of its tokens, with words that say what each rule does. */
export function PolicyFields({ form }: { form: UseFormReturn<AccountDraft> }) {
  const { t } = useTranslation("admin");
  const { control, formState } = form;
  return (
    <Fieldset legend={t("policy.legend")}>
      <Stack gap="md">
        <div>
          <Group align="flex-end" gap="xs" wrap="nowrap">
            <Controller
              control={control}
              name="policy.life"
              render={({ field }) => (
                <NumberInput
                  {...field}
                  label={t("policy.life.label")}
                  description={t("policy.life.text")}
                  placeholder={t("policy.life.none")}
                  min={1}
                  allowDecimal={false}
                  allowNegative={false}
                  thousandSeparator=" "
                  flex={1}
                  onChange={(value) => field.onChange(typeof value === "number" ? value : "")}
                  error={formState.errors.policy?.life?.message}
                />
              )}
            />
            <Controller
              control={control}
              name="policy.unit"
              render={({ field }) => (
                <NativeSelect
                  {...field}
                  aria-label={t("policy.life.unit")}
                  w={116}
                  data={Object.keys(units).map((unit) => ({
                    value: unit,
                    label: t(`policy.units.${unit as keyof typeof units}`),
                  }))}
                />
              )}
            />
          </Group>
        </div>
        {rules.map((rule) => (
          <Controller
            key={rule}
            control={control}
            name={`policy.${rule}`}
            render={({ field: { value, ...field } }) => (
              <Switch
                {...field}
                checked={value}
                label={t(`policy.${rule}.label`)}
                description={t(`policy.${rule}.text`)}
              />
            )}
          />
        ))}
      </Stack>
    </Fieldset>
  );
}
