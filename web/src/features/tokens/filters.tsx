import { Button, Chip, Collapse, Group, MultiSelect, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Search, SlidersHorizontal } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { catalogQuery } from "@/api/catalog";
import { ages, countFilters, statuses, type TokensSearch } from "./search";
import { SetFilters } from "./set-filters";
import { useContactsById } from "./use-contact-names";

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
        <NameSearch value={search.q ?? ""} onChange={(q) => onChange({ q: q || undefined })} />
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

/** Asks as one types, and not for each letter. */
function NameSearch({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const { t } = useTranslation("tokens");
  const [text, setText] = useState(value);
  const ask = useDebouncedCallback(onChange, { delay: 250, flushOnUnmount: false });
  useEffect(() => setText((typed) => (typed.trim() === value ? typed : value)), [value]);
  return (
    <TextInput
      type="search"
      aria-label={t("filter.name")}
      placeholder={t("filter.name")}
      leftSection={<Search size={16} aria-hidden />}
      value={text}
      maxLength={100}
      onChange={(event) => {
        setText(event.currentTarget.value);
        ask(event.currentTarget.value.trim());
      }}
      flex={1}
      miw={160}
      maw={360}
    />
  );
}

function Fields({ search, onChange }: Pick<Props, "search" | "onChange">) {
  const { t, i18n } = useTranslation(["tokens", "common"]);
  const catalog = useQuery(catalogQuery(i18n.language)).data;
  const contacts = useContactsById().data;
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 5 }} spacing="sm" verticalSpacing="xs">
        <Select
          label={t("filter.created")}
          placeholder={t("filter.any")}
          clearable
          clearButtonProps={{ "aria-label": t("common:action.clear") }}
          data={ages.map((value) => ({ value, label: t(`filter.ages.${value}`) }))}
          value={search.created ?? null}
          onChange={(value) => onChange({ created: (value as TokensSearch["created"]) ?? undefined })}
        />
        <MultiSelect
          label={t("filter.status")}
          placeholder={search.status ? undefined : t("filter.any")}
          data={statuses.map((value) => ({ value, label: t(`common:status.${value}`) }))}
          value={search.status ?? []}
          onChange={(value) => onChange({ status: value.length > 0 ? (value as TokensSearch["status"]) : undefined })}
        />
        <Select
          label={t("filter.version")}
          placeholder={t("filter.any")}
          clearable
          clearButtonProps={{ "aria-label": t("common:action.clear") }}
          data={catalog?.versions.map(({ id }) => id).reverse() ?? []}
          value={search.version ?? null}
          onChange={(value) => onChange({ version: value ?? undefined })}
        />
        <Select
          label={t("filter.scope")}
          placeholder={t("filter.any")}
          clearable
          clearButtonProps={{ "aria-label": t("common:action.clear") }}
          searchable
          limit={100}
          nothingFoundMessage={t("filter.none")}
          data={catalog?.categories.map(({ label, scopes }) => ({
            group: label,
            items: scopes.map((scope) => ({ value: scope.id, label: scope.label })),
          }))}
          value={search.scope ?? null}
          onChange={(value) => onChange({ scope: value ?? undefined })}
        />
        <Select
          label={t("filter.contact")}
          placeholder={t("filter.any")}
          clearable
          clearButtonProps={{ "aria-label": t("common:action.clear") }}
          searchable
          limit={100}
          nothingFoundMessage={t("filter.none")}
          data={[
            { value: "missing", label: t("filter.contactMissing") },
            ...[...(contacts?.byId.values() ?? [])].map(({ id, name, email }) => ({
              value: id,
              label: `${name} (${email})`,
            })),
          ]}
          value={search.contact ?? null}
          onChange={(value) => onChange({ contact: value ?? undefined })}
        />
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
