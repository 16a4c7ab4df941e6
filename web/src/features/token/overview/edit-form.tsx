import { SimpleGrid, Stack, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { DeveloperEmails, PrimaryContact } from "@/ui/contact-fields";
import { ErrorAlert } from "@/ui/error-alert";
import { LeaveGuard } from "@/ui/leave-guard";
import { MetadataField, NetworksField } from "@/ui/token-fields";
import { ChangesList } from "../changes-list";
import { Section } from "../facts";
import { SaveBar } from "../save-bar";
import classes from "../token.module.css";
import type { Revision } from "../use-token";
import { EndField } from "./end-field";
import { StaleNotice } from "./stale-notice";
import { useEdit } from "./use-edit";

interface Props {
  start: Revision;
  onDone: () => void;
}

/** Changes settings and contacts. What will change is said before it is saved. */
export function EditForm({ start, onDone }: Props) {
  const { t } = useTranslation("token");
  const edit = useEdit(start, onDone);
  const { draft, set, base, faults, policy } = edit;
  const first = useRef<HTMLInputElement>(null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => first.current?.focus(), []);
  const count = Object.keys(edit.changes).length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    edit.save();
    // After the faults have been drawn: to the first of them.
    setTimeout(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  return (
    <form ref={form} className={classes.form} onSubmit={submit} noValidate aria-label={t("overview.edit")}>
      <LeaveGuard when={edit.dirty} text={t("edit.leave")} />
      <Stack>
        {edit.stale && <StaleNotice stale={edit.stale} onTake={edit.takeTheirs} />}
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" className={classes.columns}>
          <Section title={t("overview.settings")}>
            <Stack gap="sm">
              <TextInput
                ref={first}
                label={t("field.name")}
                required
                value={draft.name}
                onChange={(event) => set({ name: event.currentTarget.value })}
                error={faults.name}
                autoComplete="off"
              />
              <Textarea
                label={t("field.description")}
                rows={3}
                resize="vertical"
                value={draft.description}
                onChange={(event) => set({ description: event.currentTarget.value })}
                error={faults.description}
              />
              <MetadataField
                value={draft.metadata}
                onChange={(metadata) => set({ metadata })}
                error={faults.metadata}
                faults={edit.entries.metadata}
              />
            </Stack>
          </Section>
          <Stack>
            <Section title={t("overview.contact")}>
              <Stack gap="sm">
                <PrimaryContact
                  value={draft["contacts.primary"]}
                  onChange={(id) => set({ "contacts.primary": id })}
                  error={faults["contacts.primary"]}
                />
                <DeveloperEmails
                  value={draft["contacts.developers"]}
                  onChange={(emails) => set({ "contacts.developers": emails })}
                  error={faults["contacts.developers"]}
                  faults={edit.entries["contacts.developers"]}
                />
              </Stack>
            </Section>
            <Section title={t("overview.limits")}>
              <Stack gap="sm">
                <EndField
                  value={draft.expires_at}
                  now={base.token.expires_at}
                  policy={policy}
                  onChange={(end) => set({ expires_at: end })}
                  error={faults.expires_at}
                />
                <NetworksField
                  value={draft.allowed_cidrs}
                  onChange={(networks) => set({ allowed_cidrs: networks })}
                  error={faults.allowed_cidrs}
                  faults={edit.entries.allowed_cidrs}
                  required={policy?.require_cidrs}
                />
              </Stack>
            </Section>
          </Stack>
        </SimpleGrid>
        {edit.error != null && <ErrorAlert error={edit.error} fields />}
        <SaveBar count={count} pending={edit.pending} onCancel={onDone}>
          <ChangesList changes={edit.changes} />
        </SaveBar>
      </Stack>
    </form>
  );
}
