import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Person, useContact, useContacts } from "@/ui/contact-fields";

const missing = "missing";

interface Props {
  /** The id of a member, or "missing" for tokens whose contact has left. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** Filters by the primary contact, whom the server looks for. */
export function ContactFilter({ value, onChange }: Props) {
  const { t } = useTranslation(["tokens", "common"]);
  const none = { value: missing, label: t("filter.contactMissing") };
  const [typed, setTyped] = useState("");
  const current = useContact(value && value !== missing ? value : "").data;
  // Once one is chosen the input shows them: that is no search.
  const shown = value === missing ? none.label : current ? nameOf(current) : "";
  const [q] = useDebouncedValue(typed === shown ? "" : typed.trim(), 200);
  const found = useContacts(q).data?.items ?? [];
  const people = current && !found.some(({ id }) => id === current.id) ? [current, ...found] : found;
  return (
    <Select
      label={t("filter.contact")}
      placeholder={t("filter.any")}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("common:action.clear") }}
      data={[...(q === "" ? [none] : []), ...people.map((one) => ({ value: one.id, label: nameOf(one) }))]}
      filter={({ options }) => options}
      nothingFoundMessage={t("filter.none")}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      searchValue={typed}
      onSearchChange={setTyped}
    />
  );
}

function nameOf({ name, email }: Person): string {
  return `${name} (${email})`;
}
