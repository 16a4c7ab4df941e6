import { Button, Group, Modal, Select, Stack } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { Controller, useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useAccountTypes } from "@/api/account-types";
import { isCode } from "@/api/client";
import { ErrorAlert } from "@/ui/error-alert";
import { notifyDone } from "@/ui/notify";
import { createRequest, newAccount } from "./settings/account-draft";
import { AccountFields } from "./settings/account-fields";
import { PolicyFields } from "./settings/policy-fields";
import { useFaults } from "./settings/use-faults";
import { useCreateAccount } from "./use-accounts";

/** Asks for a new account's settings, and goes to its page. */
export function CreateAccount({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation(["admin", "common"]);
  const navigate = useNavigate();
  const types = useAccountTypes(i18n.language);
  const create = useCreateAccount();
  const form = useForm({ defaultValues: newAccount });
  const showFaults = useFaults(form);
  const submit = form.handleSubmit((draft) =>
    create.mutate(createRequest(draft), {
      onSuccess: ({ id, name }) => {
        notifyDone(t("create.done", { name }));
        navigate({ to: "/accounts/$accountId", params: { accountId: id } });
      },
      onError: showFaults,
    }),
  );
  return (
    <Modal
      opened
      size="lg"
      onClose={create.isPending ? () => {} : onClose}
      title={t("create.title")}
      closeButtonProps={{ "aria-label": t("common:action.close") }}
      closeOnClickOutside={!form.formState.isDirty}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Controller
            control={form.control}
            name="type"
            rules={{ required: t("create.type.missing") }}
            render={({ field, fieldState }) => (
              <Select
                {...field}
                label={t("create.type.label")}
                description={t("create.type.text")}
                placeholder={t("create.type.choose")}
                required
                data={types.data?.map(({ id, label }) => ({
                  value: id,
                  label: label === id ? id : `${label} (${id})`,
                }))}
                value={field.value || null}
                onChange={(value) => field.onChange(value ?? "")}
                error={fieldState.error?.message}
                data-autofocus
              />
            )}
          />
          {types.error && <ErrorAlert error={types.error} onRetry={() => types.refetch()} />}
          <AccountFields form={form} />
          <PolicyFields form={form} />
          {create.error && !isCode(create.error, "external_id_taken") && <ErrorAlert error={create.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose} disabled={create.isPending}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {t("create.action")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
