import { Button, Collapse, Group, Modal, MultiSelect, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { Controller, useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useAccountTypes } from "@/api/account-types";
import { ErrorAlert } from "@/ui/error-alert";
import { useErrorText } from "@/ui/error-text";
import { showFaults } from "@/ui/form-errors";
import { notifyDone } from "@/ui/notify";
import classes from "./changelog.module.css";
import { commonVersions, draftOf, type EntryDraft, requestOf, second } from "./draft";
import { EntryText } from "./entry-text";
import { kinds } from "./search";
import { type Entry, useSaveEntry } from "./use-changelog";

interface Props {
  /** What is changed; undefined for a new one. */
  entry?: Entry;
  /** What a new one is about, to begin with. */
  version?: string;
  /** Told what was written, before the form closes. */
  onSaved: (entry: Entry) => void;
  onClose: () => void;
}

const inputs: Record<string, keyof EntryDraft> = {
  account_types: "types",
  version: "version",
  kind: "kind",
  title: "title",
  body: "body",
  [`translations.${second}.title`]: "secondTitle",
  [`translations.${second}.body`]: "secondBody",
};

/** Writes an entry, with what its readers will see below. */
export function EntryForm({ entry, version, onSaved, onClose }: Props) {
  const { t, i18n } = useTranslation(["changelog", "common"]);
  const narrow = useMediaQuery("(max-width: 48em)");
  const text = useErrorText();
  const types = useAccountTypes(i18n.language).data ?? [];
  const form = useForm<EntryDraft>({ defaultValues: draftOf(entry, version) });
  const { register, control, formState, watch } = form;
  const save = useSaveEntry(entry?.id);
  const [translating, setTranslating] = useState(entry?.translations[second] !== undefined);
  const now = watch();
  const versions = commonVersions(types, now.types);
  const submit = (asDraft: boolean) =>
    form.handleSubmit((draft) =>
      save.mutate(requestOf(draft, entry?.translations ?? {}, asDraft), {
        onSuccess: (saved) => {
          onSaved(saved);
          notifyDone(t(entry ? "saved" : asDraft ? "drafted" : "publish.done"));
          onClose();
        },
        onError: (error) => showFaults(form, error, text.ofField, ({ field }) => inputs[field]),
      }),
    );
  return (
    <Modal
      opened
      size="xl"
      fullScreen={narrow}
      onClose={save.isPending ? () => {} : onClose}
      closeOnClickOutside={!formState.isDirty}
      title={t(entry ? "edit.title" : "write")}
      closeButtonProps={{ "aria-label": t("common:action.close") }}
    >
      <form onSubmit={submit(false)} noValidate>
        <Stack gap="md">
          <Group grow align="flex-start" preventGrowOverflow={false} gap="sm">
            <Controller
              control={control}
              name="types"
              render={({ field, fieldState }) => (
                <MultiSelect
                  {...field}
                  label={t("field.types")}
                  placeholder={field.value.length === 0 ? t("forAll") : undefined}
                  data={types.map(({ id, label }) => ({ value: id, label: label === id ? id : `${label} (${id})` }))}
                  miw={200}
                  clearable
                  clearButtonProps={{ "aria-label": t("common:action.clear") }}
                  error={fieldState.error?.message}
                />
              )}
            />
            <Controller
              control={control}
              name="version"
              render={({ field, fieldState }) => (
                <Select
                  {...field}
                  label={t("field.version")}
                  placeholder={t("inAll")}
                  data={[...new Set([...versions, ...(field.value ? [field.value] : [])])].toReversed()}
                  value={field.value || null}
                  onChange={(value) => field.onChange(value ?? "")}
                  clearable
                  clearButtonProps={{ "aria-label": t("common:action.clear") }}
                  error={fieldState.error?.message}
                />
              )}
            />
            <Controller
              control={control}
              name="kind"
              render={({ field }) => (
                <Select
                  {...field}
                  label={t("field.kind")}
                  allowDeselect={false}
                  data={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
                />
              )}
            />
          </Group>
          <TextInput
            {...register("title", { validate: (title) => title.trim() !== "" || t("field.titleMissing") })}
            label={t("field.title")}
            required
            maxLength={200}
            autoComplete="off"
            error={formState.errors.title?.message}
            data-autofocus
          />
          <Textarea
            {...register("body")}
            label={t("field.body")}
            description={t("field.bodyText")}
            rows={6}
            resize="vertical"
            maxLength={20_000}
            error={formState.errors.body?.message}
          />
          <div>
            <Button
              variant="subtle"
              size="compact-sm"
              aria-expanded={translating}
              onClick={() => setTranslating(!translating)}
            >
              {t("field.translation")}
            </Button>
            <Collapse expanded={translating}>
              <Stack gap="sm" pt="xs">
                <TextInput
                  {...register("secondTitle")}
                  label={t("field.secondTitle")}
                  lang={second}
                  maxLength={200}
                  autoComplete="off"
                  error={formState.errors.secondTitle?.message}
                />
                <Textarea
                  {...register("secondBody")}
                  label={t("field.secondBody")}
                  lang={second}
                  rows={5}
                  resize="vertical"
                  maxLength={20_000}
                  error={formState.errors.secondBody?.message}
                />
              </Stack>
            </Collapse>
          </div>
          <Preview draft={now} />
          {save.error && <ErrorAlert error={save.error} fields />}
          {!entry && (
            <Text size="sm" c="dimmed">
              {t("publish.text")}
            </Text>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose} disabled={save.isPending}>
              {t("common:action.cancel")}
            </Button>
            {!entry && (
              <Button variant="default" onClick={submit(true)} disabled={save.isPending}>
                {t("saveDraft")}
              </Button>
            )}
            <Button type="submit" loading={save.isPending}>
              {t(entry ? "common:action.save" : "publish.action")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** The entry as its readers will see it. */
function Preview({ draft }: { draft: EntryDraft }) {
  const { t } = useTranslation("changelog");
  return (
    <section aria-label={t("preview")}>
      <Text size="sm" fw={600} mb={4}>
        {t("preview")}
      </Text>
      <div className={classes.entry}>
        <EntryText
          id="entry-preview"
          kind={draft.kind}
          version={draft.version || null}
          account_types={draft.types}
          title={draft.title.trim() || "…"}
          body={draft.body.trim()}
          published_at={null}
          withTypes
        />
      </div>
    </section>
  );
}
