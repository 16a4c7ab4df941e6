import { NavLink, Stack, Text } from "@mantine/core";
import { Link, type LinkProps, type UseMatchRouteOptions, useMatchRoute } from "@tanstack/react-router";
import {
  Blocks,
  Building2,
  KeyRound,
  type LucideIcon,
  MailCheck,
  Megaphone,
  ScrollText,
  Server,
  Webhook,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";

/** The pages that whoever is signed in may open. */
export function Navigation() {
  const { t } = useTranslation();
  const { accountId, operator, can } = useMe();
  const administrates = can.admin || can.call("listAudit") || operator;
  return (
    <Stack gap={2} component="nav" aria-label={t("nav.label")}>
      <Entry to="/tokens" icon={KeyRound} label={t("nav.tokens")} />
      {can.call("getCatalog") && <Entry to="/catalog" icon={Blocks} label={t("nav.catalog")} />}
      {can.call("listChangelog") && <Entry to="/changelog" icon={Megaphone} label={t("nav.changelog")} />}
      {can.call("listNotices") && <Entry to="/notices" icon={MailCheck} label={t("nav.notices")} />}
      {administrates && (
        <Text size="xs" c="dimmed" fw={600} px="sm" pt="md" pb={4}>
          {t("nav.administration")}
        </Text>
      )}
      {can.call("listAccounts") && <Entry to="/accounts" icon={Building2} label={t("nav.accounts")} />}
      {can.admin && !can.call("listAccounts") && accountId && (
        <Entry to="/accounts/$accountId" params={{ accountId }} icon={Building2} label={t("nav.account")} />
      )}
      {can.call("listWebhooks") && <Entry to="/webhooks" icon={Webhook} label={t("nav.webhooks")} />}
      {can.call("listAudit") && <Entry to="/audit" icon={ScrollText} label={t("nav.audit")} />}
      {can.call("listNodes") && <Entry to="/nodes" icon={Server} label={t("nav.nodes")} />}
    </Stack>
  );
}

interface EntryProps {
  to: LinkProps["to"];
  params?: Record<string, string>;
  icon: LucideIcon;
  label: string;
}

function Entry({ to, params, icon: Icon, label }: EntryProps) {
  const active = useMatchRoute()({ to, params, fuzzy: true } as UseMatchRouteOptions);
  return (
    <NavLink
      renderRoot={(props) => <Link to={to} params={params as never} {...props} />}
      active={Boolean(active)}
      aria-current={active ? "page" : undefined}
      label={label}
      leftSection={<Icon size={17} strokeWidth={1.9} aria-hidden />}
      style={{ borderRadius: "var(--mantine-radius-sm)" }}
    />
  );
}
