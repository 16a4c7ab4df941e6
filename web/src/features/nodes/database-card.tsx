import { Alert, Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { Database, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { Fact, Facts } from "@/ui/surface";
import { useReadiness } from "./use-nodes";

const dialects = { sqlite: "SQLite", postgres: "PostgreSQL" };

/** What all nodes share, and whether its promises hold. */
export function DatabaseCard({ database }: { database: Schema["Database"] }) {
  const { t } = useTranslation("admin");
  const readiness = useReadiness().data;
  const postgres = database.dialect === "postgres";
  return (
    <Card component="section" aria-labelledby="database">
      <Stack gap="sm">
        <Group gap="sm">
          <Database size={18} aria-hidden />
          <Title order={2} size="h3" id="database">
            {t("nodes.database.title")}
          </Title>
          {readiness && (
            <Badge variant="light" color={readiness.database === "up" ? "pine" : "red"} tt="none" radius="sm">
              {t(`nodes.database.${readiness.database}`)}
            </Badge>
          )}
        </Group>
        <Facts>
          <Fact name={t("nodes.database.system")}>
            {dialects[database.dialect]} {database.version}
          </Fact>
          {postgres && (
            <>
              <Fact name={t("nodes.database.commit")}>
                <code>{database.synchronous}</code>
              </Fact>
              <Fact name={t("nodes.database.standby")}>
                {t(database.standby ? "nodes.database.waits" : "nodes.database.alone")}
              </Fact>
            </>
          )}
        </Facts>
        {postgres && !database.standby && (
          <Alert color="orange" icon={<TriangleAlert aria-hidden />} title={t("nodes.database.risk")}>
            <Text size="sm">{t("nodes.database.riskText")}</Text>
          </Alert>
        )}
        {readiness?.lease === "lost" && (
          <Alert color="red" icon={<TriangleAlert aria-hidden />}>
            {t("nodes.lost")}
          </Alert>
        )}
      </Stack>
    </Card>
  );
}
