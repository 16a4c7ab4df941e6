import { Anchor, Group, Skeleton, Tabs, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { CopyButton } from "@/ui/copy-button";
import { ErrorAlert } from "@/ui/error-alert";
import { PageHeader } from "@/ui/page-header";
import { StatusBadge } from "@/ui/status-badge";
import { Members } from "./members/members";
import type { AccountSearch } from "./search";
import { AccountSettings } from "./settings/account-settings";
import { useAccountById } from "./use-accounts";

const route = getRouteApi("/shell/accounts/$accountId");

export function AccountPage() {
  const { t } = useTranslation("admin");
  const { operator } = useMe();
  const { accountId } = route.useParams();
  const { tab = "members" } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: account, error, refetch } = useAccountById(accountId);
  return (
    <>
      <PageHeader
        title={account?.name ?? t("account.title")}
        back={operator && <BackToList />}
        mark={account && <StatusBadge status={account.state} />}
        description={
          account && (
            <Group gap="xs" component="span">
              <span>{account.type}</span>
              <Text component="code" ff="monospace" size="sm" c="dimmed">
                {account.id}
              </Text>
              <CopyButton value={account.id} label={t("account.copyId")} />
            </Group>
          )
        }
        actions={operator && account && <TokensLink id={account.id} />}
      />
      {error && <ErrorAlert error={error} onRetry={() => refetch()} />}
      {!account && !error && <Skeleton h={220} role="status" aria-busy aria-label={t("account.loading")} />}
      {account && (
        <Tabs
          value={tab}
          onChange={(next) => navigate({ search: { tab: next as AccountSearch["tab"] } })}
          keepMounted={false}
        >
          <Tabs.List mb="md">
            <Tabs.Tab value="members">{t("account.tab.members")}</Tabs.Tab>
            <Tabs.Tab value="settings">{t("account.tab.settings")}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="members">
            <Members accountId={account.id} />
          </Tabs.Panel>
          <Tabs.Panel value="settings">
            <AccountSettings account={account} />
          </Tabs.Panel>
        </Tabs>
      )}
    </>
  );
}

function BackToList() {
  const { t } = useTranslation("admin");
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to="/accounts" {...props} />}>
      <Group gap={4} component="span">
        <ChevronLeft size={15} aria-hidden />
        {t("accounts.title")}
      </Group>
    </Anchor>
  );
}

/** Goes to the account's tokens, and acts in it from there on. */
function TokensLink({ id }: { id: string }) {
  const { t } = useTranslation("admin");
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to="/tokens" search={{ account: id }} {...props} />}>
      {t("account.tokens")}
    </Anchor>
  );
}
