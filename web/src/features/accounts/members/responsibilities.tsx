import { Anchor, List, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useMe } from "@/api/me";
import type { Member } from "./use-members";

/** Names tokens that a member is contact of. */
export function Responsibilities({ member, of }: { member: Member; of: Schema["Responsibilities"] }) {
  const { t } = useTranslation("admin");
  const { operator } = useMe();
  const search = { contact: member.id, account: operator ? member.account_id : undefined };
  const others = of.total - of.items.length;
  return (
    <div>
      <Text size="sm" fw={600}>
        {t(member.state === "active" ? "members.deactivate.tokens" : "members.handOver.tokens", { count: of.total })}
      </Text>
      <List size="sm" my={6} aria-label={t("members.deactivate.list")}>
        {of.items.map(({ id, name }) => (
          <List.Item key={id}>{name}</List.Item>
        ))}
        {others > 0 && <List.Item>{t("members.deactivate.others", { count: others })}</List.Item>}
      </List>
      <Anchor size="sm" underline="always" renderRoot={(props) => <Link to="/tokens" search={search} {...props} />}>
        {t("members.deactivate.change")}
      </Anchor>
    </div>
  );
}
