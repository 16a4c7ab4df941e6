import { Skeleton, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { keys } from "@/api/keys";
import { ErrorAlert } from "@/ui/error-alert";
import { useEventName } from "@/ui/event-name";
import { NoMail, NoticeState, Recipient } from "@/ui/notice";
import { ShowMore } from "@/ui/show-more";
import { Row, Rows } from "@/ui/surface";
import type { Token } from "../use-token";

/** What the token's contacts were told about it. */
export function ToldTab({ token }: { token: Token }) {
  const { t } = useTranslation("notices");
  const name = useEventName();
  const told = useTold(token.id);
  const items = told.data?.pages.flatMap((page) => page.items) ?? [];
  const mail = told.data?.pages[0]?.mail;
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t("told.text")}
      </Text>
      {mail && <NoMail mail={mail} />}
      {told.isPending && !told.error && <Skeleton h={160} role="status" aria-busy aria-label={t("loading")} />}
      {told.error && <ErrorAlert error={told.error} onRetry={() => void told.refetch()} />}
      {told.data && items.length === 0 && <Text size="sm">{t("told.none")}</Text>}
      {items.length > 0 && (
        <Rows label={t("told.list")} columns="minmax(0, 1.4fr) minmax(0, 2fr) minmax(0, 2fr)" narrow="minmax(0, 1fr)">
          {items.map((notice) => (
            <Row key={notice.id}>
              <Text size="sm" fw={600}>
                {name(notice.type)}
              </Text>
              <Recipient of={notice.recipient} />
              <NoticeState notice={notice} />
            </Row>
          ))}
        </Rows>
      )}
      <ShowMore label={t("more")} query={told} />
    </Stack>
  );
}

function useTold(id: string) {
  return useInfiniteQuery({
    queryKey: [...keys.token(id), "notices"],
    queryFn: async ({ signal, pageParam: cursor }) =>
      unwrap(await api.GET("/tokens/{id}/notices", { params: { path: { id }, query: { limit: 20, cursor } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
