import { Button, Group, Loader, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { catalogQuery } from "@/api/catalog";
import { ErrorAlert } from "@/ui/error-alert";
import { ScopePicker } from "@/ui/scope-picker";
import type { Revision } from "../use-token";
import { ScopesForm } from "./scopes-form";

interface Props extends Revision {
  editable: boolean;
  /** Scopes that are to be taken away: the form opens with them unticked. */
  unwanted: string[] | undefined;
  onUnwanted: (scopes: string[] | undefined) => void;
}

/** What a token may do, to read, and in its place the form that changes it. */
export function ScopesTab({ token, etag, editable, unwanted, onUnwanted }: Props) {
  const { t, i18n } = useTranslation("token");
  const catalog = useQuery({ ...catalogQuery(i18n.language), placeholderData: keepPreviousData });
  const [editing, setEditing] = useState<Revision>();
  const button = useRef<HTMLButtonElement>(null);
  if (unwanted && !editing) setEditing({ token, etag });
  const end = () => {
    setEditing(undefined);
    onUnwanted(undefined);
    setTimeout(() => button.current?.focus());
  };
  if (catalog.error && !catalog.data)
    return <ErrorAlert error={catalog.error} onRetry={() => void catalog.refetch()} />;
  if (!catalog.data) return <Loader aria-label={t("loading")} />;
  if (editing && editable)
    return (
      <ScopesForm
        key={unwanted?.join()}
        catalog={catalog.data}
        start={editing}
        unwanted={unwanted ?? []}
        onDone={end}
      />
    );
  return (
    <>
      <Group justify="space-between" gap="xs" mb="md">
        <Text c="dimmed" size="sm">
          {t("scopes.text")}
        </Text>
        {editable && (
          <Button
            ref={button}
            variant="default"
            leftSection={<Pencil size={15} aria-hidden />}
            onClick={() => setEditing({ token, etag })}
          >
            {t("scopes.edit")}
          </Button>
        )}
      </Group>
      <ScopePicker
        categories={catalog.data.categories}
        versions={catalog.data.versions}
        version={token.version}
        value={token.scopes}
        onChange={() => {}}
        readOnly
      />
    </>
  );
}
