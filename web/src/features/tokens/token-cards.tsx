import { Card, Checkbox, Group, Select, SimpleGrid, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { DateText } from "@/ui/date-text";
import { StatusBadge } from "@/ui/status-badge";
import { Fact, Facts } from "@/ui/surface";
import { TokenMenu } from "@/ui/token-actions";
import { useFormat } from "@/ui/use-format";
import { sorts } from "./search";
import { ContactText, ExpiryText, TokenLink, VersionText } from "./token-facts";
import type { ListProps, Sort } from "./token-list";

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
      <Facts>
        <Fact name={t("column.version")}>
          <VersionText token={token} facts={facts} />
        </Fact>
        <Fact name={t("column.scopes")}>{format.number(token.scopes.length)}</Fact>
        <Fact name={t("column.lastUsed")}>
          <DateText value={token.last_used_at} />
        </Fact>
        <Fact name={t("column.expires")}>
          <ExpiryText token={token} />
        </Fact>
        <Fact name={t("column.contact")}>
          <ContactText token={token} facts={facts} />
        </Fact>
        <Fact name={t("column.hint")}>
          <code>…{token.secret_hint}</code>
        </Fact>
      </Facts>
    </Card>
  );
}
