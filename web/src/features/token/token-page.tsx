import { Anchor, Button, Group, Skeleton, Tabs } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ArrowLeft, KeyRound } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { useMe } from "@/api/me";
import { EmptyState } from "@/ui/empty-state";
import { ErrorAlert } from "@/ui/error-alert";
import { PageHeader } from "@/ui/page-header";
import { StatusBadge } from "@/ui/status-badge";
import { type TokenAction, TokenDialog, TokenMenu } from "@/ui/token-actions";
import { TokenMarks } from "@/ui/token-marks";
import { usePageTitle } from "@/ui/use-page-title";
import { CredentialsTab } from "./credentials/credentials-tab";
import { HistoryTab } from "./history/history-tab";
import { DecoyAlert } from "./leaks/decoy-alert";
import { LeakAlert } from "./leaks/leak-alert";
import { Notices } from "./notices";
import { OverviewTab } from "./overview/overview-tab";
import { ScopesTab } from "./scopes/scopes-tab";
import { type Tab, tabs } from "./search";
import classes from "./token.module.css";
import { ToldTab } from "./told/told-tab";
import { UsageTab } from "./usage/usage-tab";
import { type Revision, useToken } from "./use-token";
import { VersionBadge } from "./version-badge";

const route = getRouteApi("/shell/tokens/$tokenId");

/** All about one token, in tabs. */
export function TokenPage() {
  const { t } = useTranslation("token");
  const { tokenId } = route.useParams();
  const revision = useToken(tokenId);
  if (revision.error instanceof ApiError && revision.error.status === 404) return <NoToken />;
  if (revision.data) return <Known key={tokenId} revision={revision.data} />;
  return (
    <>
      <PageHeader title={t("title")} back={<Back />} />
      {revision.error ? (
        <ErrorAlert error={revision.error} onRetry={() => void revision.refetch()} />
      ) : (
        <Skeleton h={320} aria-label={t("loading")} />
      )}
    </>
  );
}

function Known({ revision }: { revision: Revision }) {
  const { t } = useTranslation(["token", "notices"]);
  const { token } = revision;
  const navigate = route.useNavigate();
  const { can } = useMe();
  const { tab = "overview" } = route.useSearch();
  const [action, setAction] = useState<TokenAction>();
  // Scopes to take away, as the usage proposes: the scopes' form begins with them unticked.
  const [unwanted, setUnwanted] = useState<string[]>();
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: where it is narrow, each chosen tab is brought into sight
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [tab]);
  const open = (next: Tab) => navigate({ search: (old) => ({ ...old, tab: next === "overview" ? undefined : next }) });
  const leave = () => navigate({ to: "/tokens" });
  const editable = can.write && token.status !== "revoked";
  const props = { token, editable };
  const narrow = (scopes: string[]) => {
    setUnwanted(scopes);
    open("scopes");
  };
  return (
    <>
      <PageHeader
        title={token.name}
        back={<Back />}
        mark={
          <Group gap={6}>
            <StatusBadge status={token.status} />
            <TokenMarks token={token} />
            <VersionBadge version={token.version} />
            <TokenMenu token={token} onDeleted={leave} />
          </Group>
        }
      />
      <LeakAlert {...props} onAct={setAction} />
      <DecoyAlert token={token} />
      <Notices {...props} onAct={setAction} />
      <Tabs
        value={tab}
        onChange={(next) => next && open(next as Tab)}
        keepMounted={false}
        keepMountedMode="display-none"
      >
        <Tabs.List className={classes.tabs} aria-label={t("tabs")} ref={list}>
          {tabs.map(
            (name) =>
              (name !== "told" || can.call("listTokenNotices")) && (
                <Tabs.Tab key={name} value={name}>
                  {name === "told" ? t("notices:told.tab") : t(`tab.${name}`)}
                </Tabs.Tab>
              ),
          )}
        </Tabs.List>
        {/* What is typed there is kept while another tab is looked at. */}
        <Tabs.Panel value="overview" pt="lg" keepMounted>
          <Kept active={tab === "overview"}>
            <OverviewTab {...props} etag={revision.etag} onAct={setAction} />
          </Kept>
        </Tabs.Panel>
        <Tabs.Panel value="credentials" pt="lg">
          <CredentialsTab {...props} onAct={setAction} />
        </Tabs.Panel>
        <Tabs.Panel value="scopes" pt="lg" keepMounted>
          <Kept active={tab === "scopes"}>
            <ScopesTab {...props} etag={revision.etag} unwanted={unwanted} onUnwanted={setUnwanted} />
          </Kept>
        </Tabs.Panel>
        <Tabs.Panel value="usage" pt="lg">
          <UsageTab {...props} onNarrow={narrow} />
        </Tabs.Panel>
        <Tabs.Panel value="history" pt="lg">
          <HistoryTab token={token} />
        </Tabs.Panel>
        <Tabs.Panel value="told" pt="lg">
          <ToldTab token={token} />
        </Tabs.Panel>
      </Tabs>
      {action && <TokenDialog action={action} token={token} onClose={() => setAction(undefined)} onDeleted={leave} />}
    </>
  );
}

/** Begins when it is first looked at, and stays from then on. */
function Kept({ active, children }: { active: boolean; children: ReactNode }) {
  const [begun, setBegun] = useState(active);
  if (active && !begun) setBegun(true);
  return begun ? children : null;
}

function Back() {
  const { t } = useTranslation("token");
  return (
    <Anchor renderRoot={(props) => <Link {...props} to="/tokens" />} size="sm">
      <Group gap={4} component="span" display="inline-flex">
        <ArrowLeft size={14} aria-hidden /> {t("back")}
      </Group>
    </Anchor>
  );
}

function NoToken() {
  const { t } = useTranslation("token");
  usePageTitle(t("gone.title"));
  return (
    <EmptyState
      icon={KeyRound}
      title={t("gone.title")}
      level={1}
      action={<Button renderRoot={(props) => <Link to="/tokens" {...props} />}>{t("gone.back")}</Button>}
    >
      {t("gone.text")}
    </EmptyState>
  );
}
