import { Box, Button, Group, Select, Skeleton, Stack } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { Plus, SearchX, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/empty-state";
import { ErrorAlert } from "@/ui/error-alert";
import { SearchField } from "@/ui/search-field";
import { ShowMore } from "@/ui/show-more";
import { Rows } from "@/ui/surface";
import type { AccountSearch } from "../search";
import { HandOver } from "./hand-over";
import { Leavers } from "./leavers";
import { MemberForm } from "./member-form";
import { type MemberAction, MemberRow } from "./member-row";
import { MemberState } from "./member-state";
import { type Member, useMembers } from "./use-members";

const route = getRouteApi("/shell/accounts/$accountId");

/** The people of an account. */
export function Members({ accountId }: { accountId: string }) {
  const { t } = useTranslation(["admin", "common"]);
  const { q, state } = route.useSearch();
  const navigate = route.useNavigate();
  const members = useMembers(accountId, { q, state });
  const [open, setOpen] = useState<{ action: MemberAction | "add"; member?: Member }>();
  const items = members.data?.pages.flatMap((page) => page.items);
  const change = (next: Partial<AccountSearch>) =>
    navigate({ search: (old) => ({ ...old, ...next }), replace: "q" in next });
  const close = () => setOpen(undefined);
  return (
    <Stack gap="md">
      <Group gap="xs">
        <SearchField
          label={t("members.search")}
          value={q ?? ""}
          onChange={(text) => change({ q: text || undefined })}
        />
        <Select
          aria-label={t("members.state")}
          placeholder={t("accounts.anyState")}
          clearable
          clearButtonProps={{ "aria-label": t("common:action.clear") }}
          w={150}
          data={(["active", "inactive"] as const).map((value) => ({ value, label: t(`common:status.${value}`) }))}
          value={state ?? null}
          onChange={(value) => change({ state: (value as AccountSearch["state"]) ?? undefined })}
        />
        <Button ms="auto" leftSection={<Plus size={17} aria-hidden />} onClick={() => setOpen({ action: "add" })}>
          {t("members.add")}
        </Button>
      </Group>
      <Leavers accountId={accountId} onHandOver={(member) => setOpen({ action: "handOver", member })} />
      {members.error && <ErrorAlert error={members.error} onRetry={() => members.refetch()} />}
      {members.isPending && <Skeleton h={180} aria-busy aria-label={t("members.loading")} />}
      {items?.length === 0 && <Nobody filtered={Boolean(q || state)} />}
      {items && items.length > 0 && (
        <Box aria-busy={members.isPlaceholderData} opacity={members.isPlaceholderData ? 0.6 : 1}>
          <Rows label={t("account.tab.members")} columns="minmax(0, 3fr) minmax(0, 1fr) 110px 40px">
            {items.map((member) => (
              <MemberRow key={member.id} member={member} onAction={(action) => setOpen({ action, member })} />
            ))}
          </Rows>
        </Box>
      )}
      <ShowMore label={t("members.more")} query={members} />
      {open?.action === "state" && open.member && <MemberState member={open.member} onClose={close} />}
      {open?.action === "handOver" && open.member && <HandOver member={open.member} onClose={close} />}
      {(open?.action === "add" || open?.action === "edit") && (
        <MemberForm accountId={accountId} member={open.member} onClose={close} />
      )}
    </Stack>
  );
}

function Nobody({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation("admin");
  return (
    <EmptyState icon={filtered ? SearchX : Users} title={t(filtered ? "members.noMatch" : "members.none")}>
      {t(filtered ? "members.noMatchText" : "members.noneText")}
    </EmptyState>
  );
}
