import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { catalogQuery } from "@/api/catalog";
import { useFormat } from "@/ui/use-format";
import { filtersOf, type TokensSearch } from "./search";
import { useContactsById } from "./use-contact-names";

interface Props {
  search: TokensSearch;
  onChange: (change: Partial<TokensSearch>) => void;
  onClear: () => void;
}

/** The filters that are set, each to be taken away. The search says itself what it looks for. */
export function SetFilters({ search, onChange, onClear }: Props) {
  const { t } = useTranslation("tokens");
  const text = useFilterText();
  const { q, ...filters } = filtersOf(search);
  const set = (Object.keys(filters) as (keyof typeof filters)[]).filter((key) => filters[key] !== undefined);
  if (set.length === 0 && q === undefined) return null;
  return (
    <Group gap={6} role="group" aria-label={t("filter.areSet")}>
      {set.map((key) => (
        <Button
          key={key}
          size="compact-sm"
          variant="light"
          fw={500}
          rightSection={<X size={14} aria-hidden />}
          aria-label={t("filter.remove", { filter: text(search, key) })}
          onClick={() => onChange({ [key]: undefined })}
        >
          {text(search, key)}
        </Button>
      ))}
      <Button size="compact-sm" variant="subtle" color="gray" onClick={onClear}>
        {t("filter.clear")}
      </Button>
    </Group>
  );
}

type Filter = Exclude<keyof ReturnType<typeof filtersOf>, "q">;

/** Gives a function that says what one filter of a search lets through. */
function useFilterText() {
  const { t, i18n } = useTranslation(["tokens", "common"]);
  const format = useFormat();
  const scopes = useQuery(catalogQuery(i18n.language)).data?.categories.flatMap(({ scopes }) => scopes);
  const contacts = useContactsById().data?.byId;
  const values: Record<Filter, (search: TokensSearch) => string | undefined> = {
    created: ({ created }) => created && t(`filter.ages.${created}`),
    status: ({ status }) => status && format.list(status.map((one) => t(`common:status.${one}`))),
    version: ({ version }) => version,
    scope: ({ scope }) => scopes?.find(({ id }) => id === scope)?.label ?? scope,
    contact: ({ contact }) =>
      contact === "missing" ? t("contactMissing") : (contacts?.get(contact ?? "")?.name ?? contact),
    unused: () => undefined,
  };
  return (search: TokensSearch, key: Filter) => {
    const value = values[key](search);
    return value === undefined ? t("filter.unused") : t("filter.is", { filter: t(`filter.${key}`), value });
  };
}
