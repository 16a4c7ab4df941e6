import { Anchor, Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { ExternalLink } from "lucide-react";
import { useTranslation } from "react-i18next";
import { DateText } from "@/ui/date-text";
import { Fact } from "@/ui/surface";
import { Tags } from "@/ui/tags";
import { actionsFor, type TokenAction } from "@/ui/token-actions";
import { useFormat } from "@/ui/use-format";
import { ContactName } from "../changes-list";
import { Facts, Section } from "../facts";
import classes from "../token.module.css";
import type { Token } from "../use-token";
import { useVersion, VersionBadge } from "../version-badge";
import { Maker } from "./maker";

interface Props {
  token: Token;
  editable: boolean;
  onAct: (action: TokenAction) => void;
}

export function SettingsView({ token, editable, onAct }: Props) {
  const { t } = useTranslation("token");
  const facts = Object.entries(token.metadata);
  const claims = Object.entries(token.claims);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" className={classes.columns}>
      <Stack>
        <Section title={t("overview.settings")}>
          <Facts>
            <Fact name={t("field.name")}>{token.name}</Fact>
            <Fact name={t("field.description")}>
              {token.description ? <span className={classes.text}>{token.description}</span> : <None />}
            </Fact>
            <Fact name={t("field.version")}>
              <ApiVersion token={token} editable={editable} onAct={onAct} />
            </Fact>
            <Fact name={t("overview.created")}>
              <DateText value={token.created_at} as="time" /> <Maker of={token.created_by} />
            </Fact>
            <Fact name={t("overview.updated")}>
              <DateText value={token.updated_at} as="time" />
            </Fact>
          </Facts>
        </Section>
        <Section title={t("field.metadata")}>
          {facts.length > 0 ? (
            <Pairs pairs={facts} />
          ) : (
            <Text size="sm">
              <None />
            </Text>
          )}
          {claims.length > 0 && (
            <>
              <Text fw={650} size="sm" mt="md">
                {t("field.claims")}
              </Text>
              <Text size="xs" c="dimmed" mb={6}>
                {t("overview.claims")}
              </Text>
              <Pairs pairs={claims} />
            </>
          )}
        </Section>
      </Stack>
      <Stack>
        <Section title={t("overview.contact")}>
          <Facts>
            <Fact name={t("field.contacts.primary")}>
              {token.contacts.primary ? <ContactName id={token.contacts.primary} /> : <None />}
            </Fact>
            <Fact name={t("field.contacts.developers")}>
              {token.contacts.developers.length > 0 ? (
                <Tags values={token.contacts.developers} label={t("field.contacts.developers")} />
              ) : (
                <None />
              )}
            </Fact>
          </Facts>
        </Section>
        <Section title={t("overview.limits")}>
          <Facts>
            <Fact name={t("field.expires_at")}>
              <Ends token={token} />
            </Fact>
            <Fact name={t("field.allowed_cidrs")}>
              {token.allowed_cidrs.length > 0 ? (
                <Tags values={token.allowed_cidrs} label={t("field.allowed_cidrs")} limit={8} />
              ) : (
                t("overview.everywhere")
              )}
            </Fact>
          </Facts>
        </Section>
      </Stack>
    </SimpleGrid>
  );
}

function ApiVersion({ token, editable, onAct }: Props) {
  const { t } = useTranslation(["token", "actions"]);
  const { version, versions } = useVersion(token.version);
  return (
    <Group gap="xs">
      <VersionBadge version={token.version} />
      {version?.docs_url && (
        <Anchor href={version.docs_url} target="_blank" rel="noopener" inherit>
          {t("version.reference")} <ExternalLink size={12} aria-hidden />
        </Anchor>
      )}
      {editable && actionsFor(token, versions).includes("upgrade") && (
        <Button variant="subtle" size="compact-xs" onClick={() => onAct("upgrade")}>
          {t("actions:upgrade.menu")}
        </Button>
      )}
    </Group>
  );
}

/** When the token ends: the moment, and how far away that is. */
function Ends({ token }: { token: Token }) {
  const { t } = useTranslation("token");
  const format = useFormat();
  if (!token.expires_at) return <>{t("value.never")}</>;
  const days = Math.abs(Date.parse(token.expires_at) - Date.now()) / 86_400_000;
  return (
    <>
      {format.time(token.expires_at)}
      {days < 30 && (
        <Text span inherit c="dimmed">
          {" "}
          ({format.relative(token.expires_at)})
        </Text>
      )}
    </>
  );
}

function Pairs({ pairs }: { pairs: [string, string][] }) {
  return (
    <Facts>
      {pairs.map(([key, value]) => (
        <Fact key={key} name={key}>
          {value}
        </Fact>
      ))}
    </Facts>
  );
}

function None() {
  const { t } = useTranslation("token");
  return (
    <Text span inherit c="dimmed">
      {t("value.none")}
    </Text>
  );
}
