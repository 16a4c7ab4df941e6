import { Autocomplete, Button, Group, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AccountType } from "@/api/account-types";
import { ErrorAlert } from "@/ui/error-alert";
import { DocumentField } from "./document-field";
import { type Source, type SourceKind, versionIn } from "./source";

interface Props {
  kind: SourceKind;
  types: AccountType[];
  /** The account type that is shown on the page. */
  type: string | undefined;
  pending: boolean;
  error: unknown;
  onCancel: () => void;
  onSubmit: (source: Source) => void;
}

/** Asks for the document, and for an OpenAPI document what it describes. */
export function SourceForm({ kind, types, type: shown, pending, error, onCancel, onSubmit }: Props) {
  const { t } = useTranslation(["admin", "common"]);
  const [text, setText] = useState("");
  const [type, setType] = useState(shown ?? "");
  const [version, setVersion] = useState("");
  const [tried, setTried] = useState(false);
  const missing = (value: string, words: string) => (tried && value.trim() === "" ? words : undefined);
  const setDocument = (document: string) => {
    setText(document);
    if (kind === "openapi" && version === "") setVersion(versionIn(document) ?? "");
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (text.trim() === "") return;
    if (kind === "file") onSubmit({ kind, text });
    else if (type.trim() && version.trim()) onSubmit({ kind, text, type: type.trim(), version: version.trim() });
  };
  const existing = types.find(({ id }) => id === type.trim());
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">{t(`change.${kind}.text`)}</Text>
        <DocumentField value={text} onChange={setDocument} error={missing(text, t("change.missing"))} />
        {kind === "openapi" && (
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Autocomplete
              label={t("catalog.type")}
              description={existing || !type.trim() ? t("change.type") : t("change.newType")}
              required
              data={types.map(({ id }) => id)}
              value={type}
              onChange={setType}
              maxLength={64}
              error={missing(type, t("create.type.missing"))}
            />
            <TextInput
              label={t("catalog.version")}
              description={
                existing ? t("change.versions", { versions: existing.versions.join(", ") }) : t("change.version")
              }
              required
              value={version}
              onChange={(event) => setVersion(event.currentTarget.value)}
              maxLength={64}
              autoComplete="off"
              error={missing(version, t("change.versionMissing"))}
            />
          </SimpleGrid>
        )}
        {error != null && <ErrorAlert error={error} fields />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel} disabled={pending}>
            {t("common:action.cancel")}
          </Button>
          <Button type="submit" loading={pending}>
            {t("change.plan")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
