import { Group, NativeSelect, Stack, Text, Title } from "@mantine/core";
import { SearchX } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/empty-state";
import { scopesOf } from "@/ui/scope-picker";
import { SearchField } from "@/ui/search-field";
import { Surface } from "@/ui/surface";
import type { CatalogSearch } from "../search";
import classes from "./browse.module.css";
import { CategoryItem } from "./category-item";
import { matching } from "./matching";
import type { Catalog } from "./use-catalog";

interface Props {
  catalog: Catalog;
  search: CatalogSearch;
  onChange: (change: Partial<CatalogSearch>) => void;
}

/** The scopes of an API version by category, with what they open. */
export function Scopes({ catalog, search, onChange }: Props) {
  const { t } = useTranslation("admin");
  const { versions, categories } = catalog;
  const known = versions.some(({ id }) => id === search.version);
  const version = (known && search.version) || catalog.default_version;
  const q = search.q ?? "";
  const shown = useMemo(() => matching(categories, versions, version, q), [categories, versions, version, q]);
  const labels = useMemo(() => new Map(scopesOf(categories).map(({ id, label }) => [id, label])), [categories]);
  const count = scopesOf(shown).length;
  return (
    <Stack gap="xs" component="section" aria-labelledby="scopes">
      <Title order={2} size="h3" id="scopes">
        {t("catalog.scopes")}
      </Title>
      <Group gap="xs">
        <SearchField label={t("catalog.search")} value={q} onChange={(text) => onChange({ q: text || undefined })} />
        <NativeSelect
          aria-label={t("catalog.version")}
          value={version}
          data={versions.toReversed().map(({ id }) => ({ value: id, label: t("catalog.inVersion", { version: id }) }))}
          onChange={(event) => onChange({ version: event.currentTarget.value })}
        />
        <Text size="sm" c="dimmed" role="status">
          {t("catalog.count", { count })}
        </Text>
      </Group>
      {count === 0 ? (
        <EmptyState icon={SearchX} title={t("catalog.noMatch")}>
          {t("catalog.noMatchText")}
        </EmptyState>
      ) : (
        <Surface>
          <ul className={classes.list} aria-label={t("catalog.categories")}>
            {shown.map((category) => (
              // What is found is open at once.
              <CategoryItem
                key={`${category.id} ${q}`}
                category={category}
                opened={q !== ""}
                label={(id) => labels.get(id) ?? id}
              />
            ))}
          </ul>
        </Surface>
      )}
    </Stack>
  );
}
