import { Badge, Button, Group, Table, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useFormat } from "@/ui/use-format";
import { Caller } from "../credentials/use-facts";
import { Section } from "../facts";
import { useScopeLabels } from "../scopes/use-scope-labels";
import classes from "../token.module.css";
import type { Token } from "../use-token";
import { callerSums, type Sum, scopeSums } from "./counts";

interface Props {
  token: Token;
  usage: Schema["TokenUsage"];
}

/** Calls by scope. */
export function ScopeSums({ token, usage }: Props) {
  const { t } = useTranslation("token");
  const labels = useScopeLabels();
  const sums = scopeSums(usage);
  if (sums.length === 0) return null;
  const held = new Set(token.scopes);
  return (
    <Sums title={t("usage.byScope")} text={t("usage.byScopeText")} column={t("usage.scope")} sums={sums}>
      {({ name }) =>
        name === null ? (
          t("usage.otherScopes")
        ) : (
          <>
            <Group gap={6}>
              <Text span size="sm">
                {labels.get(name) ?? name}
              </Text>
              {!held.has(name) && (
                <Badge size="sm" variant="light" color="orange" tt="none" style={{ flexShrink: 0 }}>
                  {t("usage.notHeld")}
                </Badge>
              )}
            </Group>
            {labels.has(name) && (
              <Text size="xs" c="dimmed" ff="monospace" visibleFrom="xs">
                {name}
              </Text>
            )}
          </>
        )
      }
    </Sums>
  );
}

/** Calls by who asked whether the secret is good. */
export function CallerSums({ token, usage }: Props) {
  const { t } = useTranslation("token");
  const sums = callerSums(usage);
  if (sums.length === 0) return null;
  return (
    <Sums title={t("usage.byCaller")} text={t("usage.byCallerText")} column={t("usage.caller")} sums={sums}>
      {({ name }) => <Caller id={name} token={token} />}
    </Sums>
  );
}

interface SumsProps {
  title: string;
  text: string;
  column: string;
  sums: Sum[];
  /** What a row is about. */
  children: (sum: Sum) => ReactNode;
}

const few = 10;

/** A table that is a bar chart, too. */
function Sums({ title, text, column, sums, children }: SumsProps) {
  const { t } = useTranslation(["token", "common"]);
  const format = useFormat();
  const [all, setAll] = useState(false);
  const most = Math.max(...sums.map(({ good, refused }) => good + refused));
  const hidden = sums.length - few;
  return (
    <Section title={title}>
      <Text size="sm" c="dimmed" mb="xs">
        {text}
      </Text>
      <Table aria-label={title} layout="fixed" className={classes.sums}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{column}</Table.Th>
            <Table.Th className={classes.number}>{t("usage.good")}</Table.Th>
            <Table.Th className={classes.number}>{t("usage.refused")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(all ? sums : sums.slice(0, few)).map((sum) => (
            <Table.Tr key={sum.name}>
              <Table.Td>
                {children(sum)}
                <div className={classes.meter} aria-hidden>
                  <div className={classes.meterGood} style={{ width: `${(100 * sum.good) / most}%` }} />
                  <div className={classes.meterBad} style={{ width: `${(100 * sum.refused) / most}%` }} />
                </div>
              </Table.Td>
              <Table.Td className={classes.number}>{format.number(sum.good)}</Table.Td>
              <Table.Td className={classes.number}>{format.number(sum.refused)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {hidden > 0 && (
        <Button variant="subtle" size="compact-sm" mt="xs" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? t("common:tags.less") : t("common:tags.more", { count: hidden })}
        </Button>
      )}
    </Section>
  );
}
