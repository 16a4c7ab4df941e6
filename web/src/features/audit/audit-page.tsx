import { Badge, Box, Button, CloseButton, Group, Skeleton, Stack } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { Download, SearchX } from "lucide-react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/empty-state";
import { ErrorAlert } from "@/ui/error-alert";
import { PageHeader } from "@/ui/page-header";
import { ShowMore } from "@/ui/show-more";
import { Surface } from "@/ui/surface";
import classes from "./audit.module.css";
import { EntryItem } from "./entry-item";
import { Filters } from "./filters";
import type { AuditSearch } from "./search";
import { exportAddress, useAudit } from "./use-audit";

const route = getRouteApi("/shell/audit");

export function AuditPage() {
  const { t } = useTranslation("admin");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const audit = useAudit(search);
  const entries = audit.data?.pages.flatMap((page) => page.items) ?? [];
  const change = useCallback(
    (next: Partial<AuditSearch>) => {
      navigate({ search: (old) => ({ ...old, ...next }), replace: "token" in next });
    },
    [navigate],
  );
  return (
    <>
      <PageHeader title={t("audit.title")} description={t("audit.description")} />
      <Stack gap="md">
        <Filters search={search} onChange={change} onClear={() => navigate({ search: {} })} entries={entries}>
          <Button
            component="a"
            href={exportAddress(search)}
            download
            variant="default"
            leftSection={<Download size={16} aria-hidden />}
          >
            {t("audit.export")}
          </Button>
        </Filters>
        {search.object && <ObjectChip object={search.object} onRemove={() => change({ object: undefined })} />}
        {audit.error && <ErrorAlert error={audit.error} onRetry={() => audit.refetch()} fields />}
        {audit.isPending && <Skeleton h={320} role="status" aria-busy aria-label={t("audit.loading")} />}
        {audit.data && entries.length === 0 && (
          <EmptyState icon={SearchX} title={t("audit.none")}>
            {t("audit.noneText")}
          </EmptyState>
        )}
        {entries.length > 0 && (
          <Box aria-busy={audit.isPlaceholderData} opacity={audit.isPlaceholderData ? 0.6 : 1}>
            <Surface>
              <ol className={classes.list} aria-label={t("audit.title")}>
                {entries.map((entry) => (
                  <EntryItem key={entry.id} entry={entry} onFilter={change} />
                ))}
              </ol>
            </Surface>
          </Box>
        )}
        <ShowMore label={t("audit.more")} query={audit} />
      </Stack>
    </>
  );
}

/** Says that the log of one thing alone is shown, and ends it. */
function ObjectChip({ object, onRemove }: { object: string; onRemove: () => void }) {
  const { t } = useTranslation("admin");
  return (
    <Group>
      <Badge
        variant="default"
        size="lg"
        radius="sm"
        tt="none"
        fw={500}
        rightSection={<CloseButton size="xs" onClick={onRemove} aria-label={t("audit.filter.everyObject")} />}
      >
        {t("audit.filter.object", { object })}
      </Badge>
    </Group>
  );
}
