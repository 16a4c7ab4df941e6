import { Button, Collapse, Group, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { SlidersHorizontal, X } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { SearchField } from "@/ui/search-field";
import { accountSorts, actions, sorts } from "./actions";
import { ActorSelect } from "./actor-select";
import { OwnerSelect } from "./owner-select";
import type { AuditSearch } from "./search";
import type { Entry } from "./use-audit";

interface Props {
  search: AuditSearch;
  onChange: (change: Partial<AuditSearch>) => void;
  onClear: () => void;
  /** What is shown, to call those by name who are filtered for. */
  entries: Entry[];
  /** What stands on the right. */
  children: ReactNode;
}

/** Narrows the log. */
export function Filters({ search, onChange, onClear, entries, children }: Props) {
  const { t } = useTranslation("admin");
  const count = Object.values(search).filter((value) => value !== undefined).length;
  const wide = useMediaQuery("(min-width: 48em)", true, { getInitialValueInEffect: false });
  const [opened, setOpened] = useState<boolean>();
  const open = opened ?? wide;
  const panel = useId();
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Button
          variant="default"
          leftSection={<SlidersHorizontal size={16} aria-hidden />}
          onClick={() => setOpened(!open)}
          aria-expanded={open}
          aria-controls={panel}
        >
          {count > 0 ? t("audit.filter.set", { count }) : t("audit.filter.open")}
        </Button>
        {count > 0 && (
          <Button variant="subtle" color="gray" leftSection={<X size={16} aria-hidden />} onClick={onClear}>
            {t("audit.filter.clear")}
          </Button>
        )}
        <Group ms="auto">{children}</Group>
      </Group>
      <Collapse expanded={open} id={panel}>
        <Fields search={search} onChange={onChange} entries={entries} />
      </Collapse>
    </Stack>
  );
}

function Fields({ search, onChange, entries }: Pick<Props, "search" | "onChange" | "entries">) {
  const { t } = useTranslation(["admin", "common"]);
  const { operator } = useMe();
  const date = (name: "since" | "until") => (
    <TextInput
      type="date"
      label={t(`audit.filter.${name}`)}
      value={search[name] ?? ""}
      onChange={(event) => onChange({ [name]: event.currentTarget.value || undefined })}
    />
  );
  const shown = operator ? sorts : accountSorts;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm" verticalSpacing="xs">
      <Select
        label={t("audit.filter.action")}
        placeholder={t("audit.filter.any")}
        clearable
        clearButtonProps={{ "aria-label": t("common:action.clear") }}
        searchable
        nothingFoundMessage={t("audit.filter.none")}
        data={shown.map((sort) => ({
          group: t(`audit.sort.${sort}`),
          items: [
            { value: `${sort}.`, label: t("audit.filter.all", { sort: t(`audit.sort.${sort}`) }) },
            ...actions[sort].map((verb) => ({
              value: `${sort}.${verb}`,
              label: t(`audit.action.${sort}.${verb}` as "audit.action.token.created"),
            })),
          ],
        }))}
        value={search.action ?? null}
        onChange={(action) => onChange({ action: action ?? undefined })}
      />
      <ActorSelect
        value={search.actor}
        owner={search.owner}
        entries={entries}
        onChange={(actor) => onChange({ actor })}
      />
      {operator && <OwnerSelect value={search.owner} onChange={(owner) => onChange({ owner })} />}
      {date("since")}
      {date("until")}
      <SearchField
        label={t("audit.filter.token")}
        placeholder={t("audit.filter.tokenId")}
        withLabel
        maw="none"
        value={search.token ?? ""}
        onChange={(token) => onChange({ token: token || undefined })}
      />
    </SimpleGrid>
  );
}
