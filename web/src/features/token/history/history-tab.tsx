import { Button, Center, Skeleton, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ErrorAlert } from "@/ui/error-alert";
import { Section } from "../facts";
import classes from "../token.module.css";
import type { Token } from "../use-token";
import { HistoryEntry } from "./history-entry";
import { useHistory } from "./use-history";

/** Who did what to the token, and when. */
export function HistoryTab({ token }: { token: Token }) {
  const { t } = useTranslation("token");
  const history = useHistory(token.id);
  const entries = history.data?.pages.flatMap(({ items }) => items) ?? [];
  const list = useRef<HTMLOListElement>(null);
  const shown = useRef(0);
  const pages = history.data?.pages.length ?? 0;

  useEffect(() => {
    // After more have come, to the first of them.
    if (pages > 1 && shown.current > 0)
      list.current?.querySelectorAll<HTMLElement>(":scope > li")[shown.current]?.focus();
    shown.current = 0;
  }, [pages]);

  return (
    <Section title={t("history.title")}>
      <Text size="sm" c="dimmed">
        {t("history.text")}
      </Text>
      {history.isPending && !history.error && <Skeleton h={200} mt="md" />}
      <ol className={classes.list} ref={list}>
        {entries.map((entry) => (
          <HistoryEntry key={entry.id} entry={entry} />
        ))}
      </ol>
      {history.error && <ErrorAlert error={history.error} onRetry={() => void history.refetch()} />}
      {history.hasNextPage && (
        <Center mt="sm">
          <Button
            variant="default"
            loading={history.isFetchingNextPage}
            onClick={() => {
              shown.current = entries.length;
              void history.fetchNextPage();
            }}
          >
            {t("history.more")}
          </Button>
        </Center>
      )}
      {history.data && !history.hasNextPage && (
        <Text size="xs" c="dimmed" ta="center" mt="sm">
          {t("history.end")}
        </Text>
      )}
    </Section>
  );
}
