import { Loader, Select, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type Ref, useState } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "@/ui/error-text";
import { type Person, useContact, useContacts } from "./use-contacts";

export interface PrimaryContactProps {
  /** The member's id; empty for nobody yet. */
  value: string;
  onChange: (id: string) => void;
  onBlur?: () => void;
  /** Who the value is, where that is known already: spares a call. */
  known?: Person;
  error?: string;
  description?: string;
  disabled?: boolean;
  ref?: Ref<HTMLInputElement>;
}

/** Chooses the member to write to about a token, by name or address; the server searches. */
export function PrimaryContact({ value, onChange, known, error, description, ...rest }: PrimaryContactProps) {
  const { t } = useTranslation("form");
  const text = useErrorText();
  const [typed, setTyped] = useState("");
  const [picked, setPicked] = useState(known);
  const current = useContact(value, picked);
  const label = current.data ? nameOf(current.data) : "";
  // Once a member is chosen the input shows them: that is no search.
  const [q] = useDebouncedValue(typed === label ? "" : typed.trim(), 200);
  const list = useContacts(q);
  const contacts = list.data?.items ?? [];
  const options = current.data && !contacts.some(({ id }) => id === value) ? [current.data, ...contacts] : contacts;
  const gone = value !== "" && current.data === null;

  return (
    <Select
      {...rest}
      label={t("primary.label")}
      description={description ?? t("primary.description")}
      placeholder={t("primary.placeholder")}
      required
      searchable
      openOnFocus={false} // it would hide what is wrong
      withAsterisk
      value={gone ? null : value || null}
      data={options.map((contact) => ({ value: contact.id, label: nameOf(contact) }))}
      onChange={(id) => {
        if (!id) return;
        setPicked(contacts.find((contact) => contact.id === id));
        onChange(id);
      }}
      allowDeselect={false}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options: all }) => all}
      renderOption={({ option }) => <Option contact={options.find(({ id }) => id === option.value)} />}
      nothingFoundMessage={list.isPending ? t("primary.searching") : t("primary.nobody")}
      rightSection={list.isFetching ? <Loader size="xs" role="img" aria-label={t("primary.searching")} /> : undefined}
      error={error ?? (list.error ? text.ofError(list.error) : gone ? t("primary.gone") : undefined)}
      comboboxProps={{ shadow: "md" }}
      maxDropdownHeight={300}
    />
  );
}

function Option({ contact }: { contact: Person | undefined }) {
  return (
    <div>
      <Text size="sm">{contact?.name}</Text>
      <Text size="xs" c="dimmed">
        {contact?.email}
      </Text>
    </div>
  );
}

function nameOf(contact: Person): string {
  return `${contact.name} (${contact.email})`;
}
