import { Anchor, Box, Group, NativeSelect, Skeleton, Stack } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronLeft, CircleCheck, ExternalLink, SearchX } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useMe } from "@/api/me";
import { EmptyState } from "@/ui/empty-state";
import { ErrorAlert } from "@/ui/error-alert";
import { PageHeader } from "@/ui/page-header";
import { ShowMore } from "@/ui/show-more";
import { StatusBadge } from "@/ui/status-badge";
import { Rows } from "@/ui/surface";
import { CampaignRow } from "./campaign-row";
import type { CampaignSearch } from "./search";
import { Totals } from "./totals";
import { useCampaign } from "./use-campaign";
import { goesAway, useFate } from "./use-fate";

const route = getRouteApi("/shell/versions/$version");

/** Who still uses an API version that goes away, and who knows. */
export function CampaignPage() {
  const { t } = useTranslation("campaign");
  const { version } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const campaign = useCampaign(version, search);
  const first = campaign.data?.pages[0];
  const items = campaign.data?.pages.flatMap((page) => page.items);
  const change = (acknowledged: string) =>
    navigate({
      search: (old) => ({ ...old, acknowledged: (acknowledged || undefined) as CampaignSearch["acknowledged"] }),
    });
  return (
    <>
      <PageHeader
        title={t("title", { version })}
        back={<Back />}
        mark={first && <StatusBadge status={first.version.state} />}
        description={first && <Fate campaign={first} />}
      />
      <Stack gap="md">
        {campaign.error && <ErrorAlert error={campaign.error} onRetry={() => campaign.refetch()} fields />}
        {campaign.isPending && <Skeleton h={280} role="status" aria-busy aria-label={t("loading")} />}
        {first && <Totals totals={first.totals} />}
        {first && first.totals.tokens > 0 && (
          <NativeSelect
            aria-label={t("filter.label")}
            w={210}
            value={search.acknowledged ?? ""}
            onChange={(event) => change(event.currentTarget.value)}
            data={[
              { value: "", label: t("filter.any") },
              { value: "no", label: t("filter.no") },
              { value: "yes", label: t("filter.yes") },
            ]}
          />
        )}
        {items?.length === 0 && <Nobody version={version} filtered={search.acknowledged !== undefined} />}
        {items && items.length > 0 && (
          <Box aria-busy={campaign.isPlaceholderData} opacity={campaign.isPlaceholderData ? 0.6 : 1}>
            <Rows
              label={t("list")}
              columns="minmax(0, 2fr) minmax(0, 2fr) minmax(0, 2fr) minmax(0, 1.6fr)"
              narrow="minmax(0, 1fr)"
            >
              {items.map((token) => (
                <CampaignRow key={token.token_id} token={token} leaves={first ? goesAway(first.version) : false} />
              ))}
            </Rows>
          </Box>
        )}
        <ShowMore label={t("more")} query={campaign} />
      </Stack>
    </>
  );
}

/** What becomes of the version, and when. */
function Fate({ campaign }: { campaign: Schema["Campaign"] }) {
  const { t } = useTranslation("campaign");
  const { docs_url, id } = campaign.version;
  return (
    <Group gap="4px 12px" component="span">
      <span>{useFate(campaign)}</span>
      <Anchor inherit renderRoot={(props) => <Link to="/changelog" search={{ version: id }} {...props} />}>
        {t("changes")}
      </Anchor>
      {docs_url && (
        <Anchor href={docs_url} target="_blank" rel="noopener" inherit>
          {t("reference")} <ExternalLink size={13} aria-hidden />
        </Anchor>
      )}
    </Group>
  );
}

function Nobody({ version, filtered }: { version: string; filtered: boolean }) {
  const { t } = useTranslation("campaign");
  return (
    <EmptyState icon={filtered ? SearchX : CircleCheck} title={t(filtered ? "noMatch" : "none")}>
      {filtered ? t("noMatchText") : t("noneText", { version })}
    </EmptyState>
  );
}

function Back() {
  const { t } = useTranslation("campaign");
  const { operator } = useMe();
  const { type } = route.useSearch();
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => <Link to="/catalog" search={{ type: operator ? type : undefined }} {...props} />}
    >
      <Group gap={4} component="span">
        <ChevronLeft size={15} aria-hidden />
        {t("back")}
      </Group>
    </Anchor>
  );
}
