import { Card, Checkbox, Group, Select, SimpleGrid, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { DateText } from "@/ui/date-text";
import { StatusBadge } from "@/ui/status-badge";
import { TokenMenu } from "@/ui/token-actions";
import { useFormat } from "@/ui/use-format";
import { sorts } from "./search";
import { ContactText, ExpiryText, TokenLink, VersionText } from "./token-facts";
import type { ListProps, Sort } from "./token-list";
import classes from "./tokens.module.css";

export function TokenCards({ tokens, sort, onSort, selection, facts }: ListProps) {
  const { t } = useTranslation("tokens");
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        {selection ? (
          <Checkbox
            label={t("select.page")}
            checked={selection.page === "all"}
            indeterminate={selection.page === "some"}
            onChange={selection.togglePage}
          />
        ) : (
          <span />
        )}
        <Select
          aria-label={t("sort.label")}
          w={210}
          allowDeselect={false}
          data={sorts.map((value) => ({ value, label: t(`sort.${value}`) }))}
          value={sort}
          onChange={(value) => value && onSort(value as Sort)}
        />
      </Group>
      <SimpleGrid
        component="ul"
        cols={{ base: 1, sm: 2, xl: 3 }}
        spacing="sm"
        m={0}
        p={0}
        style={{ listStyle: "none" }}
      >
        {tokens.map((token) => (
          <li key={token.id}>
            <TokenCard token={token} selection={selection} facts={facts} />
          </li>
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function TokenCard({ token, selection, facts }: { token: Schema["Token"] } & Pick<ListProps, "selection" | "facts">) {
  const { t } = useTranslation("tokens");
  const format = useFormat();
  return (
    <Card h="100%">
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb="xs">
        <Group gap="xs" wrap="nowrap" align="flex-start" miw={0}>
          {selection && (
            <Checkbox
              mt={3}
              aria-label={t("select.one", { name: token.name })}
              checked={selection.has(token.id)}
              onChange={(event) => selection.toggle(token, (event.nativeEvent as MouseEvent).shiftKey)}
            />
          )}
          <TokenLink token={token} fw={650} />
        </Group>
        <Group gap={2} wrap="nowrap">
          <StatusBadge status={token.status} />
          <TokenMenu token={token} onDeleted={() => selection?.drop([token.id])} />
        </Group>
      </Group>
      <dl className={classes.facts}>
        <dt>{t("column.version")}</dt>
        <dd>
          <VersionText token={token} facts={facts} />
        </dd>
        <dt>{t("column.scopes")}</dt>
        <dd>{format.number(token.scopes.length)}</dd>
        <dt>{t("column.lastUsed")}</dt>
        <dd>
          <DateText value={token.last_used_at} />
        </dd>
        <dt>{t("column.expires")}</dt>
        <dd>
          <ExpiryText token={token} />
        </dd>
        <dt>{t("column.contact")}</dt>
        <dd>
          <ContactText token={token} facts={facts} />
        </dd>
        <dt>{t("column.hint")}</dt>
        <dd>
          <code>…{token.secret_hint}</code>
        </dd>
      </dl>
    </Card>
  );
}
