import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Member, useMembers } from "./use-members";

interface Props {
  /** Whose tokens are handed over. */
  member: Member;
  value: string;
  onChange: (id: string) => void;
  required?: boolean;
}

/** Chooses another active member of the account; the server searches. */
export function SuccessorSelect({ member, value, onChange, required = false }: Props) {
  const { t } = useTranslation(["admin", "common"]);
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<Member>();
  // The input shows who is chosen: that is no search.
  const [q] = useDebouncedValue(chosen && typed === nameOf(chosen) ? "" : typed.trim(), 200);
  const members = useMembers(member.account_id, { q: q || undefined, state: "active" });
  const found = (members.data?.pages[0]?.items ?? []).filter(({ id }) => id !== member.id);
  const options = chosen && !found.some(({ id }) => id === chosen.id) ? [chosen, ...found] : found;
  return (
    <Select
      label={t("members.handOver.to")}
      placeholder={t("members.handOver.choose")}
      required={required}
      searchable
      clearable={!required}
      clearButtonProps={{ "aria-label": t("common:action.clear") }}
      value={value || null}
      data={options.map((one) => ({ value: one.id, label: nameOf(one) }))}
      onChange={(id) => {
        setChosen(options.find((one) => one.id === id));
        onChange(id ?? "");
      }}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options: all }) => all}
      nothingFoundMessage={t(members.isPending ? "members.loading" : "members.noMatch")}
    />
  );
}

function nameOf({ name, email }: Member): string {
  return `${name} (${email})`;
}
