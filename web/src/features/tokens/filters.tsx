import { Button, Chip, Collapse, Group, MultiSelect, Select, type SelectProps, SimpleGrid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { SlidersHorizontal } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { catalogQuery } from "@/api/catalog";
import { SearchField } from "@/ui/search-field";
import { ContactFilter } from "./contact-filter";
import { ages, countFilters, statuses, type TokensSearch } from "./search";
import { SetFilters } from "./set-filters";

interface Props {
  search: TokensSearch;
  onChange: (change: Partial<TokensSearch>) => void;
  onClear: () => void;
}

/** Narrows the list. The search is always there, the rest opens. */
export function Filters({ search, onChange, onClear }: Props) {
  const { t } = useTranslation("tokens");
  const count = countFilters({ ...search, q: undefined });
  const [open, setOpen] = useState(false);
  const panel = useId();
  return (
    <Stack gap="sm" flex={1} miw={0}>
      <Group gap="xs">
        <SearchField
          label={t("filter.name")}
          value={search.q ?? ""}
          maxLength={100}
          onChange={(q) => onChange({ q: q || undefined })}
        />
        <Button
          variant="default"
          leftSection={<SlidersHorizontal size={16} aria-hidden />}
          onClick={() => setOpen(!open)}
          aria-expanded={open}
          aria-controls={panel}
        >
          {count > 0 ? t("filter.set", { count }) : t("filter.open")}
        </Button>
      </Group>
      <Collapse expanded={open} id={panel}>
        <Fields search={search} onChange={onChange} />
      </Collapse>
      <SetFilters search={search} onChange={onChange} onClear={onClear} />
    </Stack>
  );
}

function Fields({ search, onChange }: Pick<Props, "search" | "onChange">) {
  const { t, i18n } = useTranslation(["tokens", "common"]);
  const catalog = useQuery(catalogQuery(i18n.language)).data;
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 5 }} spacing="sm" verticalSpacing="xs">
        <OneOf
          label={t("filter.created")}
          data={ages.map((value) => ({ value, label: t(`filter.ages.${value}`) }))}
          value={search.created}
          onChange={(value) => onChange({ created: value as TokensSearch["created"] })}
        />
        <MultiSelect
          label={t("filter.status")}
          placeholder={search.status ? undefined : t("filter.any")}
          data={statuses.map((value) => ({ value, label: t(`common:status.${value}`) }))}
          value={search.status ?? []}
          onChange={(value) => onChange({ status: value.length > 0 ? (value as TokensSearch["status"]) : undefined })}
        />
        <OneOf
          label={t("filter.version")}
          data={catalog?.versions.map(({ id }) => id).reverse() ?? []}
          value={search.version}
          onChange={(version) => onChange({ version })}
        />
        <OneOf
          label={t("filter.scope")}
          searchable
          data={catalog?.categories.map(({ label, scopes }) => ({
            group: label,
            items: scopes.map((scope) => ({ value: scope.id, label: scope.label })),
          }))}
          value={search.scope}
          onChange={(scope) => onChange({ scope })}
        />
        <ContactFilter value={search.contact} onChange={(contact) => onChange({ contact })} />
      </SimpleGrid>
      <Chip
        checked={search.unused ?? false}
        onChange={(on) => onChange({ unused: on || undefined })}
        radius="sm"
        variant="outline"
      >
        {t("filter.unused")}
      </Chip>
    </Stack>
  );
}

interface OneOfProps extends Pick<SelectProps, "label" | "data" | "searchable"> {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** One value to filter by, or any. */
function OneOf({ value, onChange, ...rest }: OneOfProps) {
  const { t } = useTranslation(["tokens", "common"]);
  return (
    <Select
      {...rest}
      placeholder={t("filter.any")}
      clearable
      clearButtonProps={{ "aria-label": t("common:action.clear") }}
      limit={rest.searchable ? 100 : undefined}
      nothingFoundMessage={rest.searchable && t("filter.none")}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
    />
  );
}
