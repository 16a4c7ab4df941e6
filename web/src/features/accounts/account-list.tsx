import { Anchor, Box, Skeleton, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { DateText } from "@/ui/date-text";
import { StatusBadge } from "@/ui/status-badge";
import { Row, Rows } from "@/ui/surface";

interface Props {
  /** Undefined while nothing has come. */
  accounts: Schema["Account"][] | undefined;
  /** Whether what is shown is about to be replaced. */
  stale: boolean;
  /** What an account type is called. */
  label: (type: string) => string;
}

export function AccountList({ accounts, stale, label }: Props) {
  const { t } = useTranslation("admin");
  if (!accounts) return <Skeleton h={220} role="status" aria-busy aria-label={t("accounts.loading")} />;
  if (accounts.length === 0) return null;
  return (
    <Box aria-busy={stale} opacity={stale ? 0.6 : 1}>
      <Rows label={t("accounts.title")} columns="minmax(0, 3fr) minmax(0, 1.4fr) minmax(0, 1fr) 90px">
        {accounts.map((account) => (
          <Row key={account.id}>
            <div>
              <Anchor
                size="sm"
                fw={600}
                renderRoot={(props) => <Link to="/accounts/$accountId" params={{ accountId: account.id }} {...props} />}
              >
                {account.name}
              </Anchor>
              <Text size="xs" c="dimmed" ff="monospace" truncate>
                {account.external_id ?? account.id}
              </Text>
            </div>
            <Text size="sm" visibleFrom="sm">
              {account.type === "operator" ? t("accounts.operators") : label(account.type)}
            </Text>
            <Text size="sm" c="dimmed" component="div" visibleFrom="sm">
              <DateText value={account.created_at} as="date" />
            </Text>
            <Box ta="end">
              <StatusBadge status={account.state} />
            </Box>
          </Row>
        ))}
      </Rows>
    </Box>
  );
}
