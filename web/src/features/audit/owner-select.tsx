import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import { useName } from "./use-name";

const shown = 30;

interface Props {
  value: string | undefined;
  onChange: (accountId: string | undefined) => void;
}

/** Chooses the account whose log is shown; the server searches. */
export function OwnerSelect({ value, onChange }: Props) {
  const { t } = useTranslation(["admin", "common"]);
  const [typed, setTyped] = useState("");
  const name = useName("account", value ?? "", null);
  const [q] = useDebouncedValue(typed === name ? "" : typed.trim(), 200);
  const { data: accounts = [], isFetching } = useQuery({
    queryKey: [...keys.accounts, "search", "audit", q],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET("/accounts", { params: { query: { q: q || undefined, limit: shown } }, signal })).items,
    placeholderData: keepPreviousData,
  });
  const options = accounts.map((account) => ({ value: account.id, label: account.name }));
  const listed = value === undefined || options.some((option) => option.value === value);
  return (
    <Select
      label={t("audit.filter.owner")}
      placeholder={t("audit.filter.everyAccount")}
      clearable
      clearButtonProps={{ "aria-label": t("common:action.clear") }}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options: all }) => all}
      nothingFoundMessage={isFetching ? t("common:loading") : t("audit.filter.none")}
      data={listed ? options : [{ value: value ?? "", label: name ?? value ?? "" }, ...options]}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
    />
  );
}
