import { Alert, List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DateText } from "@/ui/date-text";
import { ErrorAlert } from "@/ui/error-alert";
import { ShowMore } from "@/ui/show-more";
import type { Token } from "../use-token";
import { useDecoyUses } from "./use-leaks";

/** Says that the token is a decoy, and who has tried it. */
export function DecoyAlert({ token }: { token: Token }) {
  const { t } = useTranslation("leaks");
  const uses = useDecoyUses(token.id, token.decoy);
  if (!token.decoy) return null;
  const items = uses.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Alert color={items.length > 0 ? "red" : "gray"} title={t("decoy.title")} py="sm" mb="lg">
      <Text size="sm">{t("decoy.text")}</Text>
      {uses.error && <ErrorAlert error={uses.error} onRetry={() => void uses.refetch()} />}
      {uses.data && (
        <Text size="sm" fw={600} mt="xs">
          {t(items.length > 0 ? "decoy.tried" : "decoy.untried")}
        </Text>
      )}
      {items.length > 0 && (
        <List size="sm" spacing={6} mt={4} listStyleType="none" aria-label={t("decoy.list")}>
          {items.map((use) => (
            <List.Item key={`${use.address} ${use.caller} ${use.first_at}`}>
              {use.address ? <code>{use.address}</code> : t("decoy.unknown")} ·{" "}
              <DateText value={use.last_at} as="time" />
              {use.times > 1 && ` · ${t("times", { count: use.times })}`}
              {use.path && (
                <Text size="xs" c="dimmed" ff="monospace">
                  {use.method} {use.path}
                </Text>
              )}
              {use.scopes.length > 0 && (
                <Text size="xs" c="dimmed">
                  {t("decoy.scopes", { scopes: use.scopes.join(", ") })}
                </Text>
              )}
            </List.Item>
          ))}
        </List>
      )}
      <ShowMore label={t("more")} query={uses} />
    </Alert>
  );
}
