import { Badge, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { DateText } from "@/ui/date-text";
import { useFormat } from "@/ui/use-format";
import classes from "./nodes.module.css";
import { type LeaseState, leaseOf } from "./use-nodes";

const colors: Record<LeaseState, string> = { held: "pine", late: "orange", ended: "red" };

/** One server: its lease, how far it has got, and which program it runs. */
export function NodeItem({ node, now }: { node: Schema["Node"]; now: number }) {
  const { t } = useTranslation("admin");
  const format = useFormat();
  const lease = leaseOf(node, now);
  const age = Math.max(0, Math.round((now - Date.parse(node.renewed_at)) / 1000));
  return (
    <li className={classes.node}>
      <div>
        <Group gap="xs">
          <Text fw={600} size="sm">
            {node.name}
          </Text>
          {node.self && (
            <Badge size="sm" variant="default" tt="none">
              {t("nodes.self")}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed" ff="monospace">
          {node.id}
        </Text>
      </div>
      <div>
        <Text className={classes.label}>{t("nodes.lease.label")}</Text>
        <Badge variant="light" color={colors[lease]} tt="none" radius="sm">
          {t(`nodes.lease.${lease}`)}
        </Badge>
        <Text size="xs" c="dimmed" mt={4} className={classes.numbers}>
          {t("nodes.lease.age", { age: format.number(age), of: format.number(node.lease_seconds) })}
        </Text>
      </div>
      <div>
        <Text className={classes.label}>{t("nodes.applied")}</Text>
        <Text size="sm" className={classes.numbers}>
          {format.number(node.applied)}
        </Text>
        <Text size="xs" c={node.behind > 0 ? "var(--mantine-color-error)" : "dimmed"} className={classes.numbers}>
          {node.behind > 0 ? t("nodes.behind", { count: node.behind }) : t("nodes.upToDate")}
        </Text>
      </div>
      <div>
        <Text className={classes.label}>{t("nodes.version")}</Text>
        <Text size="sm">{node.version}</Text>
        <Text size="xs" c="dimmed">
          {t("nodes.started")} <DateText value={node.started_at} />
        </Text>
      </div>
    </li>
  );
}
