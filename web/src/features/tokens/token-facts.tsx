import { Anchor, Badge, Group, Text, Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { DateText } from "@/ui/date-text";
import { TokenMarks } from "@/ui/token-marks";
import { useFormat } from "@/ui/use-format";
import type { Facts } from "./token-list";
import classes from "./tokens.module.css";

type Token = Schema["Token"];

/** The token's name, which leads to its page. */
export function TokenLink({ token, fw }: { token: Token; fw: number }) {
  return (
    <div>
      <Anchor
        renderRoot={(props) => <Link {...props} to="/tokens/$tokenId" params={{ tokenId: token.id }} />}
        fw={fw}
        lineClamp={2}
      >
        {token.name}
      </Anchor>
      <TokenMarks token={token} />
    </div>
  );
}

const soon = 30 * 86_400_000;

/** The API version, marked when it goes away. */
export function VersionText({ token, facts }: { token: Token; facts: Facts }) {
  const { t } = useTranslation(["tokens", "common"]);
  const format = useFormat();
  const version = facts.version(token.version);
  const ends = version?.state === "deprecated" && version.sunset;
  return (
    <Group gap={6} wrap="nowrap" component="span" display="inline-flex">
      <span>{token.version}</span>
      {version && version.state !== "current" && (
        <Tooltip label={ends ? t("sunset", { date: format.date(ends) }) : t(`common:status.${version.state}`)}>
          <Badge
            component="span"
            tabIndex={0}
            size="sm"
            radius="sm"
            tt="none"
            variant="light"
            color={version.state === "retired" ? "red" : "orange"}
          >
            {t(`common:status.${version.state}`)}
          </Badge>
        </Tooltip>
      )}
    </Group>
  );
}

/** When the token ends, in a warning colour when that is near. */
export function ExpiryText({ token }: { token: Token }) {
  const { t } = useTranslation("tokens");
  const left = token.expires_at ? new Date(token.expires_at).getTime() - Date.now() : Number.POSITIVE_INFINITY;
  const near = token.status !== "revoked" && left > 0 && left < soon;
  return (
    <Text component="span" inherit className={near ? classes.warning : undefined}>
      {near && <TriangleAlert size={13} aria-label={t("endsSoon")} style={{ marginInlineEnd: 4 }} />}
      <DateText value={token.expires_at} never={t("neverExpires")} />
    </Text>
  );
}

export function ContactText({ token, facts }: { token: Token; facts: Facts }) {
  const { t } = useTranslation("tokens");
  const name = facts.contact(token.contacts.primary);
  if (name === undefined) return null;
  if (name !== null) return <span>{name}</span>;
  return (
    <Text component="span" inherit className={classes.warning}>
      {t("contactMissing")}
    </Text>
  );
}
