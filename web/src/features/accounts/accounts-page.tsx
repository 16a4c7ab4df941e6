import { Button, Group, Select, Stack } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { Plus, SearchX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAccountTypes } from "@/api/account-types";
import { EmptyState } from "@/ui/empty-state";
import { ErrorAlert } from "@/ui/error-alert";
import { PageHeader } from "@/ui/page-header";
import { SearchField } from "@/ui/search-field";
import { ShowMore } from "@/ui/show-more";
import { AccountList } from "./account-list";
import { CreateAccount } from "./create-account";
import type { AccountsSearch } from "./search";
import { useAccounts } from "./use-accounts";

const route = getRouteApi("/shell/accounts");

export function AccountsPage() {
  const { t, i18n } = useTranslation(["admin", "common"]);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const accounts = useAccounts(search);
  const types = useAccountTypes(i18n.language).data ?? [];
  const [creating, setCreating] = useState(false);
  const items = accounts.data?.pages.flatMap((page) => page.items);
  const change = (next: Partial<AccountsSearch>) =>
    navigate({ search: (old) => ({ ...old, ...next }), replace: "q" in next });
  const label = (type: string) => types.find(({ id }) => id === type)?.label ?? type;
  return (
    <>
      <PageHeader
        title={t("accounts.title")}
        description={t("accounts.description")}
        actions={
          <Button leftSection={<Plus size={17} aria-hidden />} onClick={() => setCreating(true)}>
            {t("accounts.create")}
          </Button>
        }
      />
      <Stack gap="md">
        <Group gap="xs">
          <SearchField
            label={t("accounts.search")}
            value={search.q ?? ""}
            onChange={(q) => change({ q: q || undefined })}
          />
          <Select
            aria-label={t("accounts.type")}
            placeholder={t("accounts.anyType")}
            clearable
            clearButtonProps={{ "aria-label": t("common:action.clear") }}
            w={170}
            data={types.map(({ id, label }) => ({ value: id, label }))}
            value={search.type ?? null}
            onChange={(type) => change({ type: type ?? undefined })}
          />
          <Select
            aria-label={t("accounts.state")}
            placeholder={t("accounts.anyState")}
            clearable
            clearButtonProps={{ "aria-label": t("common:action.clear") }}
            w={170}
            data={(["active", "disabled"] as const).map((value) => ({ value, label: t(`common:status.${value}`) }))}
            value={search.state ?? null}
            onChange={(state) => change({ state: (state as AccountsSearch["state"]) ?? undefined })}
          />
        </Group>
        {accounts.error && <ErrorAlert error={accounts.error} onRetry={() => accounts.refetch()} />}
        <AccountList accounts={items} stale={accounts.isPlaceholderData} label={label} />
        {items?.length === 0 && (
          <EmptyState icon={SearchX} title={t("accounts.noMatch")}>
            {t("accounts.noMatchText")}
          </EmptyState>
        )}
        <ShowMore label={t("accounts.more")} query={accounts} />
      </Stack>
      {creating && <CreateAccount onClose={() => setCreating(false)} />}
    </>
  );
}
