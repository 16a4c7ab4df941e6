import { Stack, TextInput } from "@mantine/core";
import type { UseFormReturn } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { AccountDraft } from "./account-draft";

const maxName = 100;

/** What an account is called, here and by the identity provider. */
export function AccountFields({ form }: { form: UseFormReturn<AccountDraft> }) {
  const { t } = useTranslation("admin");
  const { register, formState } = form;
  return (
    <Stack gap="md">
      <TextInput
        {...register("name", { validate: (name) => name.trim() !== "" || t("account.name.missing") })}
        label={t("account.name.label")}
        description={t("account.name.text")}
        required
        maxLength={maxName}
        autoComplete="off"
        error={formState.errors.name?.message}
      />
      <TextInput
        {...register("external_id")}
        label={t("account.externalId.label")}
        description={t("account.externalId.text")}
        maxLength={255}
        autoComplete="off"
        spellCheck={false}
        error={formState.errors.external_id?.message}
      />
    </Stack>
  );
}
