import { Anchor, Button, List } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { KeyRound, Plus, SearchX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useConfig } from "@/api/config";
import { useMe } from "@/api/me";
import { EmptyState } from "@/ui/empty-state";

/** What one sees before there is a token. */
export function NoTokens() {
  const { t } = useTranslation("tokens");
  const { can } = useMe();
  const { help_url } = useConfig();
  return (
    <EmptyState
      icon={KeyRound}
      title={t("empty.title")}
      action={
        can.write && (
          <Button component={Link} to="/tokens/new" leftSection={<Plus size={17} aria-hidden />}>
            {t("empty.create")}
          </Button>
        )
      }
    >
      <List size="sm" ta="start" spacing={6} my="sm">
        {(["what", "scopes", "secret"] as const).map((key) => (
          <List.Item key={key}>{t(`empty.${key}`)}</List.Item>
        ))}
      </List>
      {!can.write && <p>{t("empty.ask")}</p>}
      {help_url && (
        <Anchor href={help_url} target="_blank" rel="noopener" size="sm">
          {t("empty.guide")}
        </Anchor>
      )}
    </EmptyState>
  );
}

/** Stands where no token is listed though there are some. Without a filter it is a page whose tokens have gone. */
export function NoMatch({ onClear }: { onClear: (() => void) | undefined }) {
  const { t } = useTranslation("tokens");
  return (
    <EmptyState
      icon={SearchX}
      title={t(onClear ? "noMatch.title" : "noMatch.gone")}
      action={
        onClear && (
          <Button variant="default" onClick={onClear}>
            {t("filter.clear")}
          </Button>
        )
      }
    >
      {t(onClear ? "noMatch.text" : "noMatch.goneText")}
    </EmptyState>
  );
}
