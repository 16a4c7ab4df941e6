import { Group, SegmentedControl, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useAccountTypes } from "@/api/account-types";
import { catalogQuery } from "@/api/catalog";
import { useMe } from "@/api/me";
import { commonVersions } from "./draft";
import { type ChangelogSearch, kinds } from "./search";

interface Props {
  search: ChangelogSearch;
  onChange: (change: Partial<ChangelogSearch>) => void;
}

/** Narrows the changelog to a kind of change, an API version and, for operators, an account type. */
export function Filters({ search, onChange }: Props) {
  const { t, i18n } = useTranslation(["changelog", "common"]);
  const { operator, can } = useMe();
  const types = useAccountTypes(i18n.language, operator).data ?? [];
  const own = useQuery({ ...catalogQuery(i18n.language), enabled: !operator }).data;
  const versions = operator
    ? commonVersions(types, search.type ? [search.type] : [])
    : (own?.versions.map(({ id }) => id) ?? []);
  const clearable = { clearable: true, clearButtonProps: { "aria-label": t("common:action.clear") } };
  return (
    <Group gap="xs">
      <Select
        {...clearable}
        aria-label={t("field.kind")}
        placeholder={t("anyKind")}
        w={170}
        data={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        value={search.kind ?? null}
        onChange={(kind) => onChange({ kind: (kind as ChangelogSearch["kind"]) ?? undefined })}
      />
      <Select
        {...clearable}
        aria-label={t("field.version")}
        placeholder={t("anyVersion")}
        w={170}
        data={[...new Set([...versions, ...(search.version ? [search.version] : [])])].toReversed()}
        value={search.version ?? null}
        onChange={(version) => onChange({ version: version ?? undefined })}
      />
      {can.call("createChangelogEntry") && (
        <SegmentedControl
          aria-label={t("shown.label")}
          data={[
            { value: "published", label: t("shown.published") },
            { value: "drafts", label: t("shown.drafts") },
          ]}
          value={search.drafts ? "drafts" : "published"}
          onChange={(shown) => onChange({ drafts: shown === "drafts" ? "yes" : undefined })}
        />
      )}
      {operator && (
        <Select
          {...clearable}
          aria-label={t("field.types")}
          placeholder={t("anyType")}
          w={190}
          data={types.map(({ id, label }) => ({ value: id, label }))}
          value={search.type ?? null}
          onChange={(type) => onChange({ type: type ?? undefined })}
        />
      )}
    </Group>
  );
}
