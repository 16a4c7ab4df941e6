import { Fieldset, Group, NativeSelect, NumberInput, Radio, Stack, Switch } from "@mantine/core";
import { Controller, type UseFormReturn } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { AccountDraft } from "./account-draft";
import { units } from "./policy";

const rules = ["require_expiry", "require_cidrs", "allow_self_rotation"] as const;
const leakPolicies = ["disable", "revoke", "tell"] as const;

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
        <Controller
          control={control}
          name="policy.leak_policy"
          render={({ field: { ref: _, ...field } }) => (
            <Radio.Group {...field} label={t("policy.leak.label")} description={t("policy.leak.text")}>
              <Stack gap={8} mt={6}>
                {leakPolicies.map((policy) => (
                  <Radio
                    key={policy}
                    value={policy}
                    label={t(`policy.leak.${policy}.label`)}
                    description={t(`policy.leak.${policy}.text`)}
                  />
                ))}
              </Stack>
            </Radio.Group>
          )}
        />
        <UnusedFields form={form} />
      </Stack>
    </Fieldset>
  );
}

/** After how long without use people are told of a token, and whether it is disabled then. */
function UnusedFields({ form: { control, formState, watch } }: { form: UseFormReturn<AccountDraft> }) {
  const { t } = useTranslation("admin");
  return (
    <>
      <Controller
        control={control}
        name="policy.unused_after_days"
        render={({ field }) => (
          <NumberInput
            {...field}
            label={t("policy.unused.label")}
            description={t("policy.unused.text")}
            placeholder={t("policy.unused.never")}
            min={1}
            max={3650}
            allowDecimal={false}
            allowNegative={false}
            onChange={(value) => field.onChange(typeof value === "number" ? value : "")}
            error={formState.errors.policy?.unused_after_days?.message}
          />
        )}
      />
      {watch("policy.unused_after_days") !== "" && (
        <Controller
          control={control}
          name="policy.unused_disable"
          render={({ field: { value, ...field } }) => (
            <Switch
              {...field}
              checked={value}
              label={t("policy.unused_disable.label")}
              description={t("policy.unused_disable.text")}
            />
          )}
        />
      )}
    </>
  );
}
