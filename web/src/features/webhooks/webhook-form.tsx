import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { type ReactNode, useRef, useState } from "react";
import { Controller, useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { newIdempotencyKey } from "@/api/idempotency";
import { ErrorAlert } from "@/ui/error-alert";
import { useErrorText } from "@/ui/error-text";
import { showFaults } from "@/ui/form-errors";
import { notifyDone } from "@/ui/notify";
import { EventChoice } from "./event-choice";
import { Secret } from "./secret";
import { useCreateWebhook, useUpdateWebhook, type Webhook } from "./use-webhooks";

interface Draft {
  url: string;
  description: string;
  events: string[];
}

/** What somebody would want who wants to hear of what is wrong. */
const preset = ["token.leaked", "token.expiring", "token.expired", "webhook.disabled"];

/** Asks where events are to be sent, and shows the secret that they are signed with. */
export function CreateWebhook({ onClose }: { onClose: (made?: Webhook) => void }) {
  const { t } = useTranslation("webhooks");
  // A key stands for one question: another one needs another.
  const asked = useRef({ body: "", key: "" });
  const create = useCreateWebhook();
  const made = create.data;
  return (
    <Frame
      title={made ? t("secret.title") : t("create.title")}
      onClose={create.isPending || made ? undefined : () => onClose()}
    >
      {made ? (
        <Secret secret={made.secret} onDone={() => onClose(made)} />
      ) : (
        <Form
          start={{ url: "", description: "", events: preset }}
          action={t("create.action")}
          pending={create.isPending}
          error={create.error}
          onCancel={() => onClose()}
          onSubmit={(draft) => {
            const body = JSON.stringify(draft);
            if (asked.current.body !== body) asked.current = { body, key: newIdempotencyKey() };
            return create.mutateAsync({
              key: asked.current.key,
              body: { ...draft, description: draft.description || undefined },
            });
          }}
        />
      )}
    </Frame>
  );
}

interface EditProps {
  webhook: Webhook;
  etag: string | undefined;
  onClose: () => void;
}

/** Changes where events are sent, and which. */
export function EditWebhook({ webhook, etag, onClose }: EditProps) {
  const { t } = useTranslation(["webhooks", "common"]);
  const [start] = useState({ webhook, etag });
  const update = useUpdateWebhook(start.webhook.id, start.etag);
  const { url, description, events } = start.webhook;
  return (
    <Frame title={t("edit.title")} onClose={update.isPending ? undefined : onClose}>
      <Form
        start={{ url, description, events }}
        action={t("common:action.save")}
        pending={update.isPending}
        error={update.error}
        onCancel={onClose}
        onSubmit={async (draft) => {
          await update.mutateAsync(draft);
          notifyDone(t("edit.done"));
          onClose();
        }}
      />
    </Frame>
  );
}

function Frame({ title, onClose, children }: { title: string; onClose?: () => void; children: ReactNode }) {
  const { t } = useTranslation(["webhooks", "common"]);
  const narrow = useMediaQuery("(max-width: 48em)");
  return (
    <Modal
      opened
      size="lg"
      fullScreen={narrow}
      onClose={onClose ?? (() => {})}
      withCloseButton={onClose !== undefined}
      closeOnClickOutside={false}
      title={title}
      closeButtonProps={{ "aria-label": t("common:action.close") }}
    >
      {children}
    </Modal>
  );
}

interface FormProps {
  start: Draft;
  action: string;
  pending: boolean;
  error: unknown;
  onCancel: () => void;
  onSubmit: (draft: Draft) => Promise<unknown>;
}

function Form({ start, action, pending, error, onCancel, onSubmit }: FormProps) {
  const { t } = useTranslation(["webhooks", "common"]);
  const text = useErrorText();
  const form = useForm<Draft>({ defaultValues: start });
  const { register, control, formState } = form;
  const submit = form.handleSubmit(async ({ url, description, events }) => {
    try {
      await onSubmit({ url: url.trim(), description: description.trim(), events });
    } catch (fault) {
      showFaults(form, fault, text.ofField, ({ field }) => {
        const [name] = field.split(".");
        return name === "url" || name === "description" || name === "events" ? name : undefined;
      });
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          {...register("url", { validate: (url) => /^https?:\/\/./i.test(url.trim()) || t("url.wrong") })}
          label={t("url.label")}
          description={t("url.text")}
          placeholder="https://"
          type="url"
          required
          maxLength={2000}
          autoComplete="off"
          spellCheck={false}
          error={formState.errors.url?.message}
          data-autofocus
        />
        <TextInput
          {...register("description")}
          label={t("description.label")}
          description={t("description.text")}
          maxLength={1000}
          autoComplete="off"
          error={formState.errors.description?.message}
        />
        <Controller
          control={control}
          name="events"
          rules={{ validate: (events) => events.length > 0 || t("events.missing") }}
          render={({ field, fieldState }) => (
            <EventChoice value={field.value} onChange={field.onChange} error={fieldState.error?.message} />
          )}
        />
        {error != null && <ErrorAlert error={error} fields />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel} disabled={pending}>
            {t("common:action.cancel")}
          </Button>
          <Button type="submit" loading={pending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
