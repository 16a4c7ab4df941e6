import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/ui/use-format";
import classes from "../token.module.css";
import type { Bucket, Code } from "./counts";
import { useOutcomeText } from "./outcomes";

interface Props {
  buckets: Bucket[];
  codes: Code[];
  timeText: (at: number) => string;
  label: string;
}

/** What the chart shows, in numbers; times without calls are left out. */
export function CountsTable({ buckets, codes, timeText, label }: Props) {
  const { t } = useTranslation("token");
  const format = useFormat();
  const outcome = useOutcomeText();
  return (
    <details>
      <summary className={classes.summary}>{t("usage.asTable")}</summary>
      <Table.ScrollContainer minWidth={200 + 110 * codes.length} mah={360} scrollAreaProps={{ "aria-label": label }}>
        <Table aria-label={label} stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("usage.time")}</Table.Th>
              {codes.map((code) => (
                <Table.Th key={code} className={classes.number}>
                  {outcome(code)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {buckets
              .filter(({ total }) => total > 0)
              .map(({ start, byCode }) => (
                <Table.Tr key={start}>
                  <Table.Td>{timeText(start)}</Table.Td>
                  {codes.map((code) => (
                    <Table.Td key={code} className={classes.number}>
                      {format.number(byCode[code] ?? 0)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </details>
  );
}
