import { Anchor, Badge, Box, CloseButton, Group, Select, Skeleton, Stack, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { MailCheck, SearchX } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { EmptyState } from "@/ui/empty-state";
import { ErrorAlert } from "@/ui/error-alert";
import { useEventName } from "@/ui/event-name";
import { NoMail, NoticeState, Recipient } from "@/ui/notice";
import { PageHeader } from "@/ui/page-header";
import { ShowMore } from "@/ui/show-more";
import { Row, Rows } from "@/ui/surface";
import { type NoticesSearch, states } from "./search";
import { useNotices } from "./use-notices";

const route = getRouteApi("/shell/notices");

/** Who was told of what, and who is still to be told. */
export function NoticesPage() {
  const { t } = useTranslation(["notices", "common"]);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const notices = useNotices(search);
  const items = notices.data?.pages.flatMap((page) => page.items);
  const mail = notices.data?.pages[0]?.mail;
  const change = (next: Partial<NoticesSearch>) => navigate({ search: (old) => ({ ...old, ...next }) });
  const filtered = Object.values(search).some(Boolean);
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      <Stack gap="md">
        {mail && <NoMail mail={mail} />}
        <Group gap="xs">
          <Select
            aria-label={t("filter.label")}
            placeholder={t("filter.any")}
            clearable
            clearButtonProps={{ "aria-label": t("common:action.clear") }}
            w={170}
            data={states.map((state) => ({ value: state, label: t(`state.${state}`) }))}
            value={search.state ?? null}
            onChange={(state) => change({ state: (state as NoticesSearch["state"]) ?? undefined })}
          />
          {search.token && <TokenChip onRemove={() => change({ token: undefined })} />}
        </Group>
        {notices.error && <ErrorAlert error={notices.error} onRetry={() => notices.refetch()} fields />}
        {notices.isPending && <Skeleton h={240} role="status" aria-busy aria-label={t("loading")} />}
        {items?.length === 0 && (
          <EmptyState icon={filtered ? SearchX : MailCheck} title={t(filtered ? "noMatch" : "none")}>
            {t(filtered ? "noMatchText" : "noneText")}
          </EmptyState>
        )}
        {items && items.length > 0 && (
          <Box aria-busy={notices.isPlaceholderData} opacity={notices.isPlaceholderData ? 0.6 : 1}>
            <Rows label={t("title")} columns="minmax(0, 1.4fr) minmax(0, 2fr) minmax(0, 2fr)" narrow="minmax(0, 1fr)">
              {items.map((notice) => (
                <NoticeRow key={notice.id} notice={notice} />
              ))}
            </Rows>
          </Box>
        )}
        <ShowMore label={t("more")} query={notices} />
      </Stack>
    </>
  );
}

function NoticeRow({ notice }: { notice: Schema["Notice"] }) {
  const { t } = useTranslation("notices");
  const name = useEventName();
  return (
    <Row>
      <div>
        <Text size="sm" fw={600}>
          {name(notice.type)}
        </Text>
        {notice.token_id && (
          <Anchor
            size="xs"
            renderRoot={(props) => (
              <Link to="/tokens/$tokenId" params={{ tokenId: notice.token_id ?? "" }} {...props} />
            )}
          >
            {t("token")}
          </Anchor>
        )}
      </div>
      <Recipient of={notice.recipient} />
      <NoticeState notice={notice} />
    </Row>
  );
}

/** Says that the notices of one token alone are shown, and ends it. */
function TokenChip({ onRemove }: { onRemove: () => void }) {
  const { t } = useTranslation("notices");
  return (
    <Badge
      variant="default"
      size="lg"
      radius="sm"
      tt="none"
      fw={500}
      rightSection={<CloseButton size="xs" onClick={onRemove} aria-label={t("allTokens")} />}
    >
      {t("onlyToken")}
    </Badge>
  );
}
