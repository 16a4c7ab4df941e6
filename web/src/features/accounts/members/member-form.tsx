import { Button, Group, Modal, NativeSelect, Radio, Stack, TextInput } from "@mantine/core";
import { Controller, useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { isCode } from "@/api/client";
import { currentLanguage } from "@/locales/i18n";
import { isEmail } from "@/ui/contact-fields";
import { ErrorAlert } from "@/ui/error-alert";
import { useErrorText } from "@/ui/error-text";
import { showFaults } from "@/ui/form-errors";
import { notifyDone } from "@/ui/notify";
import { changesOf, draftOf, languageChoices, type MemberDraft, requestOf, roles } from "./member-draft";
import { type Member, useCreateMember, useUpdateMember } from "./use-members";

interface Props {
  accountId: string;
  /** Who is changed; undefined for somebody new. */
  member?: Member;
  onClose: () => void;
}

/** Adds a member, or changes one. */
export function MemberForm({ accountId, member, onClose }: Props) {
  const { t } = useTranslation(["admin", "common"]);
  const text = useErrorText();
  const nobody: MemberDraft = { name: "", email: "", role: "specialist", language: currentLanguage(), external_id: "" };
  const form = useForm<MemberDraft>({ defaultValues: member ? draftOf(member) : nobody });
  const { register, control, formState } = form;
  const save = useSave(accountId, member);

  const onError = (error: unknown) => {
    if (isCode(error, "email_taken")) form.setError("email", { message: text.ofError(error) }, { shouldFocus: true });
    if (isCode(error, "external_id_taken")) form.setError("external_id", { message: text.ofError(error) });
    const fields = Object.keys(nobody) as (keyof MemberDraft)[];
    showFaults(form, error, text.ofField, ({ field }) => fields.find((name) => name === field));
  };
  const submit = form.handleSubmit(async (draft) => {
    try {
      const { name } = await save.run(draft);
      notifyDone(t(member ? "members.saved" : "members.added", { name }));
      onClose();
    } catch (error) {
      onError(error);
    }
  });
  const shown = isCode(save.error, "email_taken") || isCode(save.error, "external_id_taken");
  return (
    <Modal
      opened
      onClose={save.pending ? () => {} : onClose}
      title={member ? t("members.edit.title", { name: member.name }) : t("members.add")}
      closeButtonProps={{ "aria-label": t("common:action.close") }}
      closeOnClickOutside={!formState.isDirty}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            {...register("name", { validate: (name) => name.trim() !== "" || t("members.name.missing") })}
            label={t("members.name.label")}
            required
            maxLength={100}
            autoComplete="off"
            error={formState.errors.name?.message}
            data-autofocus
          />
          <TextInput
            {...register("email", { validate: (email) => isEmail(email.trim()) || t("members.email.wrong") })}
            label={t("members.email.label")}
            type="email"
            required
            autoComplete="off"
            error={formState.errors.email?.message}
          />
          <Controller
            control={control}
            name="role"
            render={({ field: { ref: _, ...field } }) => (
              <Radio.Group {...field} label={t("members.role")}>
                <Stack gap={8} mt={6}>
                  {roles.map((role) => (
                    <Radio
                      key={role}
                      value={role}
                      label={t(`common:role.${role}`)}
                      description={t(`members.roles.${role}`)}
                    />
                  ))}
                </Stack>
              </Radio.Group>
            )}
          />
          <NativeSelect
            {...register("language")}
            label={t("members.language.label")}
            description={t("members.language.text")}
            data={languageChoices(member?.language ?? nobody.language)}
            error={formState.errors.language?.message}
          />
          <TextInput
            {...register("external_id")}
            label={t("account.externalId.label")}
            description={t("members.externalId")}
            maxLength={255}
            autoComplete="off"
            spellCheck={false}
            error={formState.errors.external_id?.message}
          />
          {save.error && !shown && <ErrorAlert error={save.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose} disabled={save.pending}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={save.pending}>
              {member ? t("common:action.save") : t("members.addAction")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function useSave(accountId: string, member: Member | undefined) {
  const create = useCreateMember(accountId);
  const update = useUpdateMember(accountId, member?.id ?? "");
  return {
    pending: create.isPending || update.isPending,
    error: create.error ?? update.error,
    run: (draft: MemberDraft) =>
      member ? update.mutateAsync(changesOf(member, draft)) : create.mutateAsync(requestOf(draft)),
  };
}
