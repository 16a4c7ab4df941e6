import { Anchor, Badge, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ExternalLink } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { DateText } from "@/ui/date-text";
import { StatusBadge } from "@/ui/status-badge";
import { Row, Rows } from "@/ui/surface";
import type { Catalog } from "./use-catalog";

const dates = ["released", "deprecated", "sunset"] as const;

/** The API versions, newest first, with what is known of their end. */
export function Versions({ catalog }: { catalog: Catalog }) {
  const { t } = useTranslation("admin");
  const { operator, can } = useMe();
  const asks = can.call("getCampaign");
  const type = operator ? catalog.account_type : undefined;
  return (
    <Stack gap="xs" component="section" aria-labelledby="versions">
      <Title order={2} size="h3" id="versions">
        {t("catalog.versions")}
      </Title>
      <Rows label={t("catalog.versions")} columns="minmax(0, 1fr) minmax(0, 2fr) auto" narrow="minmax(0, 1fr)">
        {catalog.versions.toReversed().map((version) => (
          <Row key={version.id}>
            <Group gap="xs">
              <Text fw={600} size="sm">
                {version.id}
              </Text>
              <StatusBadge status={version.state} />
              {version.id === catalog.default_version && (
                <Badge size="sm" variant="default" tt="none">
                  {t("catalog.default")}
                </Badge>
              )}
            </Group>
            <Group gap="2px 16px">
              {dates.map(
                (date) =>
                  version[date] && (
                    <Text key={date} size="sm" c="dimmed" component="span">
                      {t(`catalog.date.${date}`)} <DateText value={version[date]} as="date" />
                    </Text>
                  ),
              )}
              {asks && version.state !== "current" && (
                <Anchor
                  size="sm"
                  renderRoot={(props) => (
                    <Link to="/versions/$version" params={{ version: version.id }} search={{ type }} {...props} />
                  )}
                >
                  {t("catalog.campaign")}
                  <span className="visually-hidden"> {version.id}</span>
                </Anchor>
              )}
            </Group>
            {version.docs_url ? (
              <Anchor href={version.docs_url} target="_blank" rel="noopener" size="sm">
                <Group gap={4} component="span" wrap="nowrap">
                  {t("catalog.reference")}
                  <span className="visually-hidden">{version.id}</span>
                  <ExternalLink size={13} aria-hidden />
                </Group>
              </Anchor>
            ) : (
              <span />
            )}
          </Row>
        ))}
      </Rows>
    </Stack>
  );
}
