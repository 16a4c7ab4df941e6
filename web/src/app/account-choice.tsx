import { Combobox, Loader, Text, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useTranslation } from "react-i18next";
import { actingAccount } from "@/api/account";
import { api, type Schema, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import { useMe } from "@/api/me";
import { ErrorAlert } from "@/ui/error-alert";
import { unsaved } from "@/ui/leave-guard/unsaved";

const shown = 50;

/** A drop-down, opened by the button in it, from which an operator chooses the account to act in. */
export function AccountChoice({ children }: { children: (toggle: () => void, opened: boolean) => ReactElement }) {
  const { t } = useTranslation();
  const { accountId } = useMe();
  const [search, setSearch] = useState("");
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setSearch("");
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const choose = (id: string) => {
    combobox.closeDropdown();
    if (id !== accountId) unsaved.ask(() => actingAccount.set(id));
  };
  return (
    <Combobox store={combobox} onOptionSubmit={choose} width={300} position="bottom-start" shadow="md">
      <Combobox.Target targetType="button" withAriaAttributes={false}>
        {children(combobox.toggleDropdown, combobox.dropdownOpened)}
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            combobox.resetSelectedOption();
          }}
          placeholder={t("account.search")}
          aria-label={t("account.search")}
        />
        {combobox.dropdownOpened && <Options search={search} />}
      </Combobox.Dropdown>
    </Combobox>
  );
}

function Options({ search }: { search: string }) {
  const { t } = useTranslation();
  const { accountId } = useMe();
  const [q] = useDebouncedValue(search.trim(), 200);
  const { data, error, isPending } = useQuery({
    queryKey: [...keys.accounts, "search", q],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET("/accounts", { params: { query: { q: q || undefined, limit: shown } }, signal })),
    placeholderData: keepPreviousData,
  });
  return (
    <Combobox.Options mah={320} style={{ overflowY: "auto" }} aria-label={t("account.label")}>
      {error && <ErrorAlert error={error} />}
      {isPending && <Loader size="xs" m="sm" aria-label={t("loading")} />}
      {data?.items.map((account) => (
        <Option key={account.id} account={account} chosen={account.id === accountId} />
      ))}
      {data?.items.length === 0 && <Combobox.Empty>{t("account.none")}</Combobox.Empty>}
      {data?.next_cursor && <Combobox.Empty>{t("account.more")}</Combobox.Empty>}
    </Combobox.Options>
  );
}

function Option({ account, chosen }: { account: Schema["Account"]; chosen: boolean }) {
  const { t } = useTranslation();
  return (
    <Combobox.Option value={account.id} active={chosen}>
      <Text size="sm" fw={chosen ? 650 : 400} truncate>
        {account.name}
      </Text>
      <Text size="xs" c="dimmed">
        {account.type}
        {account.state === "disabled" && ` · ${t("status.disabled")}`}
      </Text>
    </Combobox.Option>
  );
}
