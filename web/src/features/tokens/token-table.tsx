import { Checkbox, Stack, Table, Text, UnstyledButton } from "@mantine/core";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { DateText } from "@/ui/date-text";
import { StatusBadge } from "@/ui/status-badge";
import { Surface } from "@/ui/surface";
import { TokenMenu } from "@/ui/token-actions";
import { useFormat } from "@/ui/use-format";
import { ContactText, ExpiryText, TokenLink, VersionText } from "./token-facts";
import type { ListProps, Sort } from "./token-list";
import classes from "./tokens.module.css";

type Column = "name" | "created_at" | "last_used_at" | "expires_at";

export function TokenTable({ tokens, sort, onSort, selection, facts }: ListProps) {
  const { t } = useTranslation(["tokens", "common"]);
  const format = useFormat();
  const head = (column: Column, label: string) => (
    <SortHead column={column} sort={sort} onSort={onSort}>
      {label}
    </SortHead>
  );
  return (
    <Surface>
      <Table.ScrollContainer minWidth={860} scrollAreaProps={{ "aria-label": t("title") }}>
        <Table className={classes.table} highlightOnHover stickyHeader aria-label={t("title")}>
          <Table.Thead>
            <Table.Tr>
              {selection && (
                <Table.Th w={40}>
                  <Checkbox
                    aria-label={t("select.page")}
                    checked={selection.page === "all"}
                    indeterminate={selection.page === "some"}
                    onChange={selection.togglePage}
                  />
                </Table.Th>
              )}
              {head("name", t("column.name"))}
              <Table.Th>{t("column.status")}</Table.Th>
              <Table.Th>{t("column.version")}</Table.Th>
              <Table.Th ta="end">{t("column.scopes")}</Table.Th>
              {head("last_used_at", t("column.lastUsed"))}
              {head("expires_at", t("column.expires"))}
              {head("created_at", t("column.created"))}
              <Table.Th>{t("column.contact")}</Table.Th>
              {selection && (
                <Table.Th w={48}>
                  <span className="visually-hidden">{t("column.actions")}</span>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {tokens.map((token) => (
              <Table.Tr key={token.id} className={selection?.has(token.id) ? classes.selected : undefined}>
                {selection && (
                  <Table.Td>
                    <Checkbox
                      aria-label={t("select.one", { name: token.name })}
                      checked={selection.has(token.id)}
                      onChange={(event) => selection.toggle(token, (event.nativeEvent as MouseEvent).shiftKey)}
                    />
                  </Table.Td>
                )}
                <Table.Td maw={320}>
                  <Stack gap={0}>
                    <TokenLink token={token} fw={600} />
                    <Text size="xs" c="dimmed" ff="monospace">
                      …{token.secret_hint}
                    </Text>
                  </Stack>
                </Table.Td>
                <Table.Td>
                  <StatusBadge status={token.status} />
                </Table.Td>
                <Table.Td>
                  <VersionText token={token} facts={facts} />
                </Table.Td>
                <Table.Td ta="end">{format.number(token.scopes.length)}</Table.Td>
                <Table.Td>
                  <DateText value={token.last_used_at} />
                </Table.Td>
                <Table.Td>
                  <ExpiryText token={token} />
                </Table.Td>
                <Table.Td>
                  <DateText value={token.created_at} />
                </Table.Td>
                <Table.Td maw={180}>
                  <ContactText token={token} facts={facts} />
                </Table.Td>
                {selection && (
                  <Table.Td>
                    <TokenMenu token={token} onDeleted={() => selection?.drop([token.id])} />
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Surface>
  );
}

interface SortHeadProps {
  column: Column;
  sort: Sort;
  onSort: (sort: Sort) => void;
  children: ReactNode;
}

/** What is sorted by first when a column is chosen: the latest, but names from A. */
const first: Record<Column, Sort> = {
  name: "name",
  created_at: "-created_at",
  last_used_at: "-last_used_at",
  expires_at: "expires_at",
};

function SortHead({ column, sort, onSort, children }: SortHeadProps) {
  const mine = sort === column || sort === `-${column}`;
  const down = sort.startsWith("-");
  const next = mine ? (down ? column : (`-${column}` as Sort)) : first[column];
  const Arrow = down ? ArrowDown : ArrowUp;
  return (
    <Table.Th aria-sort={mine ? (down ? "descending" : "ascending") : "none"}>
      <UnstyledButton className={classes.sort} onClick={() => onSort(next)}>
        {children}
        {mine && <Arrow size={14} aria-hidden />}
      </UnstyledButton>
    </Table.Th>
  );
}
