import { Box, Button, Select, Skeleton, Stack } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { Download, FileUp, Upload } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAccountTypes } from "@/api/account-types";
import { apiBase } from "@/api/base";
import { useAccount, useMe } from "@/api/me";
import { ErrorAlert } from "@/ui/error-alert";
import { PageHeader } from "@/ui/page-header";
import { Presets } from "./browse/presets";
import { Scopes } from "./browse/scopes";
import { useCatalog } from "./browse/use-catalog";
import { Versions } from "./browse/versions";
import { ChangeDialog } from "./change/change-dialog";
import type { SourceKind } from "./change/source";
import type { CatalogSearch } from "./search";

const route = getRouteApi("/shell/catalog");

export function CatalogPage() {
  const { t, i18n } = useTranslation("admin");
  const { operator } = useMe();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [changing, setChanging] = useState<SourceKind>();
  const types = useAccountTypes(i18n.language, operator);
  const type = useType(
    search.type,
    types.data?.map(({ id }) => id),
  );
  const catalog = useCatalog(operator ? type : undefined, i18n.language, !operator || type !== undefined);
  const change = (next: Partial<CatalogSearch>) =>
    navigate({ search: (old) => ({ ...old, ...next }), replace: "q" in next });
  const error = types.error ?? catalog.error;
  return (
    <>
      <PageHeader
        title={t("catalog.title")}
        description={t("catalog.description")}
        actions={operator && <Actions onChange={setChanging} />}
      />
      <Stack gap="lg">
        {operator && (
          <Select
            label={t("catalog.type")}
            maw={360}
            allowDeselect={false}
            data={types.data?.map(({ id, label }) => ({ value: id, label: label === id ? id : `${label} (${id})` }))}
            value={type ?? null}
            onChange={(chosen) => chosen && change({ type: chosen, version: undefined })}
          />
        )}
        {error && <ErrorAlert error={error} onRetry={() => catalog.refetch()} />}
        {!catalog.data && !error && <Skeleton h={320} role="status" aria-busy aria-label={t("catalog.loading")} />}
        {catalog.data && (
          <Box aria-busy={catalog.isPlaceholderData} opacity={catalog.isPlaceholderData ? 0.6 : 1}>
            <Stack gap="lg">
              <Versions catalog={catalog.data} />
              <Presets catalog={catalog.data} />
              <Scopes catalog={catalog.data} search={search} onChange={change} />
            </Stack>
          </Box>
        )}
      </Stack>
      {changing && (
        <ChangeDialog
          kind={changing}
          types={types.data ?? []}
          type={type}
          onClose={(shown) => {
            setChanging(undefined);
            if (shown) change({ type: shown, version: undefined });
          }}
        />
      )}
    </>
  );
}

/** The type in the address, else that of the account acted in, else the first. */
function useType(asked: string | undefined, types: string[] | undefined): string | undefined {
  const own = useAccount().data?.type;
  return [asked, own].find((type) => type !== undefined && types?.includes(type)) ?? types?.[0];
}

function Actions({ onChange }: { onChange: (kind: SourceKind) => void }) {
  const { t } = useTranslation("admin");
  return (
    <>
      <Button
        component="a"
        href={`${apiBase}/catalog/export`}
        download
        variant="default"
        leftSection={<Download size={16} aria-hidden />}
      >
        {t("catalog.download")}
      </Button>
      <Button variant="default" leftSection={<Upload size={16} aria-hidden />} onClick={() => onChange("file")}>
        {t("change.file.open")}
      </Button>
      <Button leftSection={<FileUp size={16} aria-hidden />} onClick={() => onChange("openapi")}>
        {t("change.openapi.open")}
      </Button>
    </>
  );
}
