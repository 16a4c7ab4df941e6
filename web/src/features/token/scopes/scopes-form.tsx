import { Alert, Stack, Text } from "@mantine/core";
import { Info, TriangleAlert } from "lucide-react";
import { type FormEvent, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { ErrorAlert } from "@/ui/error-alert";
import { LeaveGuard } from "@/ui/leave-guard";
import { inVersion, ScopePicker, scopesOf } from "@/ui/scope-picker";
import { ChangesList } from "../changes-list";
import { SaveBar } from "../save-bar";
import classes from "../token.module.css";
import type { Revision } from "../use-token";
import { useEditScopes } from "./use-edit-scopes";

interface Props {
  catalog: Schema["Catalog"];
  start: Revision;
  unwanted: string[];
  onDone: () => void;
}

/** Changes the scopes. What is added and taken away is said before it is saved. */
export function ScopesForm({ catalog, start, unwanted, onDone }: Props) {
  const { t } = useTranslation("token");
  const { version } = start.token;
  const known = useMemo(
    () => new Set(scopesOf(inVersion(catalog.categories, version, catalog.versions)).map(({ id }) => id)),
    [catalog, version],
  );
  const edit = useEditScopes(start, unwanted, known, onDone);
  const { added, removed } = edit;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("input[type=search]")?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    edit.save();
  };
  return (
    <form ref={form} className={classes.form} onSubmit={submit} noValidate aria-label={t("scopes.edit")}>
      <LeaveGuard when={added.length + removed.length > 0} text={t("edit.leave")} />
      <Stack>
        {edit.stale && (
          <Alert role="alert" color="orange" title={t("stale.title")}>
            {t("stale.scopes")}
          </Alert>
        )}
        {unwanted.length > 0 && (
          <Alert color="blue" icon={<Info aria-hidden />} py="sm">
            {t("scopes.unwanted", { count: unwanted.length })}
          </Alert>
        )}
        <ScopePicker
          categories={catalog.categories}
          versions={catalog.versions}
          version={version}
          value={edit.chosen}
          onChange={edit.choose}
          before={edit.before}
          error={edit.nothingLeft ? t("scopes.nothingLeft") : undefined}
          faults={edit.faults}
        />
        {edit.error != null && <ErrorAlert error={edit.error} fields />}
        <SaveBar
          count={added.length + removed.length}
          pending={edit.pending}
          disabled={edit.nothingLeft}
          onCancel={onDone}
        >
          {removed.length > 0 && (
            <Text size="sm" mb="xs" fw={600}>
              <TriangleAlert size={14} aria-hidden style={{ verticalAlign: "-2px" }} />{" "}
              {t("scopes.final", { count: removed.length })}
            </Text>
          )}
          <ChangesList changes={{ scopes: { old: edit.before, new: edit.after } }} />
        </SaveBar>
      </Stack>
    </form>
  );
}
