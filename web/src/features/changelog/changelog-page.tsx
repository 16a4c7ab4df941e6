import { Box, Button, Skeleton, Stack } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { Megaphone, Plus, Rss } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { apiBase } from "@/api/base";
import { useMe } from "@/api/me";
import { EmptyState } from "@/ui/empty-state";
import { ErrorAlert } from "@/ui/error-alert";
import { PageHeader } from "@/ui/page-header";
import { ShowMore } from "@/ui/show-more";
import { DeleteDialog, PublishDialog } from "./entry-dialogs";
import { EntryForm } from "./entry-form";
import { type EntryAction, EntryItem } from "./entry-item";
import { Filters } from "./filters";
import type { ChangelogSearch } from "./search";
import { type Entry, useChangelog } from "./use-changelog";

const route = getRouteApi("/shell/changelog");

/** What has changed in the API and will: for all to read, and for operators to write. */
export function ChangelogPage() {
  const { t } = useTranslation("changelog");
  const { can } = useMe();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const changelog = useChangelog(search);
  const [open, setOpen] = useState<{ action: EntryAction | "write"; entry?: Entry }>();
  const entries = changelog.data?.pages.flatMap((page) => page.items);
  const change = (next: Partial<ChangelogSearch>) => navigate({ search: (old) => ({ ...old, ...next }) });
  const close = () => setOpen(undefined);
  const { drafts, ...filters } = search;
  const filtered = Object.values(filters).some(Boolean);
  const writes = can.call("createChangelogEntry");
  const write = (
    <Button leftSection={<Plus size={17} aria-hidden />} onClick={() => setOpen({ action: "write" })}>
      {t("write")}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          <>
            <Button
              component="a"
              href={`${apiBase}/changelog.atom`}
              target="_blank"
              variant="default"
              leftSection={<Rss size={16} aria-hidden />}
            >
              {t("feed")}
            </Button>
            {writes && write}
          </>
        }
      />
      <Stack gap="md">
        <Filters search={search} onChange={change} />
        {changelog.error && <ErrorAlert error={changelog.error} onRetry={() => changelog.refetch()} />}
        {changelog.isPending && <Skeleton h={240} role="status" aria-busy aria-label={t("loading")} />}
        {entries?.length === 0 && (
          <EmptyState
            icon={Megaphone}
            title={t(filtered ? "noMatch" : drafts ? "noDrafts" : "none")}
            action={writes && !filtered ? write : undefined}
          >
            {t(filtered ? "noMatchText" : drafts ? "noDraftsText" : writes ? "noneTextWriter" : "noneText")}
          </EmptyState>
        )}
        <Box aria-busy={changelog.isPlaceholderData} opacity={changelog.isPlaceholderData ? 0.6 : 1}>
          <Stack gap="sm">
            {entries?.map((entry) => (
              <EntryItem key={entry.id} entry={entry} onAction={(action) => setOpen({ action, entry })} />
            ))}
          </Stack>
        </Box>
        <ShowMore label={t("more")} query={changelog} />
      </Stack>
      {(open?.action === "write" || open?.action === "edit") && (
        <EntryForm
          entry={open.entry}
          version={search.version}
          onClose={close}
          onSaved={(entry) => change({ drafts: entry.published_at ? undefined : "yes" })}
        />
      )}
      {open?.action === "publish" && open.entry && <PublishDialog entry={open.entry} onClose={close} />}
      {open?.action === "delete" && open.entry && <DeleteDialog entry={open.entry} onClose={close} />}
    </>
  );
}
