import { Anchor, List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { DateText } from "@/ui/date-text";
import { ErrorAlert } from "@/ui/error-alert";
import { ShowMore } from "@/ui/show-more";
import type { Token } from "../use-token";
import { useLeaks } from "./use-leaks";

/** Where secrets of the token were found, who told us, and what was done. */
export function LeakList({ token }: { token: Token }) {
  const { t } = useTranslation("leaks");
  const leaks = useLeaks(token.id);
  const items = leaks.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {leaks.error && <ErrorAlert error={leaks.error} onRetry={() => void leaks.refetch()} />}
      <List size="sm" spacing={6} mt="xs" listStyleType="none" aria-label={t("list")}>
        {items.map((leak) => (
          <List.Item key={`${leak.url} ${leak.first_at}`}>
            <Place url={leak.url} />
            <Text size="xs" c="dimmed">
              {t(`secret.${leak.secret}`)} · {t(`outcome.${leak.outcome}`)} ·{" "}
              {t(`source.${leak.source}`, { address: leak.reported_by })} · <DateText value={leak.first_at} as="time" />
              {leak.times > 1 && ` · ${t("times", { count: leak.times })}`}
            </Text>
          </List.Item>
        ))}
      </List>
      <ShowMore label={t("more")} query={leaks} />
    </>
  );
}

/** The place, as a link if it is an address on the web: whoever reported it wrote it. */
function Place({ url }: Pick<Schema["Leak"], "url">) {
  const { t } = useTranslation("leaks");
  if (!url) return <>{t("nowhere")}</>;
  if (!/^https?:\/\//i.test(url)) return <code>{url}</code>;
  return (
    <Anchor href={url} target="_blank" rel="noopener noreferrer nofollow" inherit>
      {url}
    </Anchor>
  );
}
